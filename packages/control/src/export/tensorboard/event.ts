/** TensorBoard's messages, as far as they are written here: tensorflow's event.proto and the hparams plugin's plugin_data.proto. */
import protobuf from 'protobufjs';

const { root } = protobuf.parse(`
  syntax = "proto3";
  message Event {
    double wall_time = 1;
    int64 step = 2;
    oneof what { string file_version = 3; Summary summary = 5; }
  }
  message Summary { repeated Value value = 1; }
  message Value {
    string tag = 1;
    oneof what { float simple_value = 2; Tensor tensor = 8; }
    Metadata metadata = 9;
  }
  message Metadata { PluginData plugin_data = 1; int32 data_class = 4; }
  message PluginData { string plugin_name = 1; bytes content = 2; }
  message Tensor { int32 dtype = 1; Shape tensor_shape = 2; repeated bytes string_val = 8; }
  message Shape { repeated Dim dim = 2; }
  message Dim { int64 size = 1; }

  message HParams {
    int32 version = 1;
    oneof data { SessionStart session_start_info = 3; SessionEnd session_end_info = 4; }
  }
  message SessionStart {
    map<string, Setting> hparams = 1;
    string group_name = 4;
    double start_time_secs = 5;
  }
  message SessionEnd { int32 status = 1; double end_time_secs = 2; }
  message Setting { oneof kind { double number_value = 2; string string_value = 3; bool bool_value = 4; } }
`);
const event = root.lookupType('Event');
const hparams = root.lookupType('HParams');

const dataType = { float: 1, string: 7 };
const tensorClass = 2;

export interface SummaryValue {
  tag: string;
  simpleValue?: number;
  tensor?: object;
  metadata?: object;
}

/** @returns the bytes of an Event that opens a file */
export function versionEvent(at: Date): Uint8Array {
  return encode({ wallTime: at.getTime() / 1000, fileVersion: 'brain.Event:2' });
}

/** @returns the bytes of an Event with values of one step */
export function summaryEvent(at: Date, step: number, value: readonly SummaryValue[]): Uint8Array {
  return encode({ wallTime: at.getTime() / 1000, step, summary: { value } });
}

/** Kept by TensorBoard in 32 bits. */
export function scalar(tag: string, value: number): SummaryValue {
  return { tag, simpleValue: value };
}

/** Shown as Markdown by TensorBoard's text page. */
export function text(tag: string, markdown: string): SummaryValue {
  const tensor = {
    dtype: dataType.string,
    tensorShape: { dim: [{ size: 1 }] },
    stringVal: [Buffer.from(markdown)],
  };
  return { tag, tensor, metadata: { pluginData: { pluginName: 'text' }, dataClass: tensorClass } };
}

export type Setting = number | string | boolean;

/** The settings of a run for TensorBoard's hparams page; runs with the same `group` are shown as repetitions of one another. */
export function sessionStart(settings: Record<string, Setting>, group: string, startedAt: Date): SummaryValue {
  const entries = Object.entries(settings).map(([name, value]) => [name, settingOf(value)]);
  const session = {
    hparams: Object.fromEntries(entries) as object,
    groupName: group,
    startTimeSecs: startedAt.getTime() / 1000,
  };
  return hparamsValue('session_start_info', { sessionStartInfo: session });
}

/** Of a run that has ended. */
export function sessionEnd(succeeded: boolean, endedAt: Date): SummaryValue {
  const session = { status: succeeded ? 1 : 2, endTimeSecs: endedAt.getTime() / 1000 };
  return hparamsValue('session_end_info', { sessionEndInfo: session });
}

function settingOf(value: Setting): object {
  if (typeof value === 'number') return { numberValue: value };
  return typeof value === 'boolean' ? { boolValue: value } : { stringValue: value };
}

function hparamsValue(name: string, data: object): SummaryValue {
  const content = hparams.encode(hparams.create(data)).finish();
  return {
    tag: `_hparams_/${name}`,
    // The plugin reads its metadata alone; a value must be there.
    tensor: { dtype: dataType.float, tensorShape: { dim: [{ size: 0 }] } },
    metadata: { pluginData: { pluginName: 'hparams', content } },
  };
}

function encode(message: object): Uint8Array {
  return event.encode(event.create(message)).finish();
}
