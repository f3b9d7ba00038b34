/** Writes updates of runs as workers do, in a process of its own when started as a program: `node run-writer.fixture.ts <JSON of RunsToWrite>`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ExperimentConfig, type Scores } from '@queryloop/contracts';
import { openStore, type Store } from '@queryloop/store';

export interface RunsToWrite {
  /** Of the store. */
  folder: string;
  runIds: string[];
  first: number;
  last: number;
  /** Most milliseconds between two updates. */
  pauseMs: number;
  /** What the runs end with. */
  status?: 'finished' | 'failed';
}

export const config = ExperimentConfig.parse({ name: 'live' });
const predictions = { kind: 'predictions', hash: 'b'.repeat(64), bytes: 1 } as const;

/** Ten tokens and two metrics an update, an evaluation on dev every fifth. The values depend on run and update alone. */
export async function writeUpdate(store: Store, runId: string, update: number): Promise<void> {
  await store.steps.record(runId, { update, name: 'updatePolicy', seconds: 2, output: {} });
  await store.metrics.record(runId, update, { reward: Math.sin(update + runId.length), num_tokens: 10 });
  if (update % 5 === 0) await evaluate(store, runId, update, 'dev');
}

export async function evaluate(store: Store, runId: string, update: number, split: 'dev' | 'test'): Promise<void> {
  const accuracy = (update % 10) / 10;
  const scores: Scores = {
    n: 10,
    correct: 10 * accuracy,
    accuracy,
    failed: 0,
    errorRate: 0,
    ems: 1,
    rems: 1,
    byType: {},
  };
  await store.evaluations.record({ runId, update, split, scores, predictions, rows: [] });
}

async function write({ folder, runIds, first, last, pauseMs, status }: RunsToWrite): Promise<void> {
  const store = await openStore({ folder });
  for (const runId of runIds) await store.runs.create({ id: runId, config });
  for (let update = first; update <= last; update++) {
    for (const runId of runIds) await writeUpdate(store, runId, update);
    await sleep((pauseMs * (update % 4)) / 3);
  }
  if (status !== undefined)
    for (const runId of runIds) {
      await evaluate(store, runId, 5, 'test');
      await store.runs.setStatus(runId, status);
    }
  await store.close();
}

const [, program, input] = process.argv;
if (program === import.meta.filename && input !== undefined) await write(JSON.parse(input) as RunsToWrite);
