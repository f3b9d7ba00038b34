/** Histories as JSON files: the server's protobuf messages with enums as names, bytes in base64 and long numbers as text. */
import { createRequire } from 'node:module';
import type { WorkflowHandle } from '@temporalio/client';

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

interface Messages {
  temporal: { api: { history: { v1: { History: { fromObject(value: object): History } } } } };
}

/**
 * The messages as the SDK itself has them. Its own converter of histories (historyToJSON, historyFromJSON) fails when npm gives its
 * packages a protobufjs each, which it does here.
 */
const requireOfSdk = createRequire(createRequire(import.meta.url).resolve('@temporalio/common'));
const { History } = (requireOfSdk('@temporalio/proto') as Messages).temporal.api.history.v1;

/** Stack traces, which a replay does not read, are left out: they name the folders of the machine that recorded them. */
export function historyText(history: History): string {
  const withoutTraces = (key: string, value: unknown): unknown => (key === 'stackTrace' ? undefined : value);
  return `${JSON.stringify(History.fromObject(history), withoutTraces)}\n`;
}

/** @throws when the text is no JSON, or its values do not fit a history. */
export function parseHistory(text: string): History {
  return History.fromObject(JSON.parse(text) as object);
}
