/** Writes a run as a TensorBoard event file: scalars, the config as text, and settings for the hparams page. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExperimentConfig, UserError } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';
import { stringify } from 'yaml';
import { trialId } from '../../sweep/trial-id.ts';
import { parametersOf, settingsToShow, type TrackedSeries, trackedSeries } from '../tracked-run.ts';
import {
  type Setting,
  type SummaryValue,
  scalar,
  sessionEnd,
  sessionStart,
  summaryEvent,
  text,
  versionEvent,
} from './event.ts';
import { framed } from './record.ts';

export interface WrittenEvents {
  /** Folder of the run within the log folder. */
  folder: string;
  file: string;
  points: number;
}

/** Bytes that are gathered before they are written. */
const chunkBytes = 1 << 20;

/**
 * Writes `folder`/<run id>/events.out.tfevents.…, replacing what an earlier call wrote there: a running run's file begins with
 * the same bytes, so that a TensorBoard that reads it finds more points at its end.
 * @throws UserError when the folder cannot be written
 */
export async function writeTensorboard(store: Store, run: StoredRun, folder: string): Promise<WrittenEvents> {
  const target = join(folder, run.id);
  const file = join(target, `events.out.tfevents.${Math.floor(run.createdAt.getTime() / 1000)}.queryloop`);
  const series = await trackedSeries(store, run);
  const part = `${file}.part`;
  try {
    await mkdir(target, { recursive: true });
    const handle = await open(part, 'w');
    try {
      let gathered: Buffer[] = [];
      let bytes = 0;
      for (const event of eventsOf(run, series)) {
        const record = framed(event);
        gathered.push(record);
        bytes += record.length;
        if (bytes < chunkBytes) continue;
        await handle.write(Buffer.concat(gathered));
        [gathered, bytes] = [[], 0];
      }
      await handle.write(Buffer.concat(gathered));
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw new UserError({
      message: `--tensorboard ${folder}: cannot be written: ${(error as Error).message}`,
      field: '--tensorboard',
    });
  }
  return { folder: target, file, points: series.reduce((sum, { points }) => sum + points.length, 0) };
}

/** Step by step, as a training program would have written them. */
function* eventsOf(run: StoredRun, series: readonly TrackedSeries[]): Generator<Uint8Array> {
  const { createdAt, finishedAt, status } = run;
  yield versionEvent(createdAt);
  const config = stringify(settingsToShow(run.config));
  yield summaryEvent(createdAt, 0, [
    text('config', `\`\`\`yaml\n${config}\`\`\``),
    sessionStart(settingsOf(run.config), trialId(run.config), createdAt),
  ]);
  const byUpdate = new Map<number, { at: Date; values: SummaryValue[] }>();
  for (const { name, points } of series) {
    for (const { update, value, at } of points) {
      const step = byUpdate.get(update) ?? { at, values: [] };
      step.values.push(scalar(name, value));
      byUpdate.set(update, step);
    }
  }
  const steps = [...byUpdate].sort(([a], [b]) => a - b);
  for (const [update, { at, values }] of steps) yield summaryEvent(at, update, values);
  const last = steps.at(-1)?.[0] ?? 0;
  if (finishedAt !== null) yield summaryEvent(finishedAt, last, [sessionEnd(status === 'finished', finishedAt)]);
}

/** Numbers and switches keep their kind, so that the hparams page can sort and filter by them. */
function settingsOf(config: ExperimentConfig): Record<string, Setting> {
  const typed = ([name, value]: [string, string]): [string, Setting] => {
    if (value === 'true' || value === 'false') return [name, value === 'true'];
    const number = Number(value);
    return [name, value.trim() !== '' && Number.isFinite(number) ? number : value];
  };
  return Object.fromEntries(Object.entries(parametersOf(config)).map(typed));
}
