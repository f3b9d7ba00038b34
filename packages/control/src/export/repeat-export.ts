/** Does chosen updates of an export again and says where they come out differently. */
import { join } from 'node:path';
import {
  type ExportedUpdate,
  engineOf,
  hiddenPassword,
  type Metrics,
  type RepeatUpdatesInput,
  type RepeatUpdatesOutput,
  UserError,
} from '@queryloop/contracts';
import type { Problem } from './check-export.ts';
import { configAt, type EligibleUpdate } from './choose-updates.ts';
import type { OpenExport } from './open-export.ts';
import { hashOf } from './sha256.ts';
import { names } from './write-export.ts';

export interface RepeatOptions {
  /** Address of the database server, when it is another one than the run's. */
  database: string | undefined;
  /** Empty folder for the artifacts that are made. */
  work: string;
  /** Of the steps here. */
  codeVersion: string;
  /** Does updates again; where TensorFlow.js is. */
  repeatUpdates(input: RepeatUpdatesInput): Promise<RepeatUpdatesOutput>;
}

/** @throws UserError when the dataset cannot be had here */
export async function repeatExport(
  opened: OpenExport,
  chosen: readonly EligibleUpdate[],
  { database, work, codeVersion, repeatUpdates }: RepeatOptions,
): Promise<Problem[]> {
  const { manifest, folder } = opened;
  const run = opened.run?.value;
  if (run === undefined) throw new Error(`${names.run} was checked before`);
  const { config, dataset } = run;
  const input: RepeatUpdatesInput = {
    artifacts: join(folder, names.artifacts),
    work,
    dataset: config.dataset,
    database: databaseOf(config.database, database),
    prepared: dataset.prepared,
    updates: chosen.map(({ update, policy }) => {
      const [now, next] = [configAt(run, update), configAt(run, update + 1)];
      const { snapshot, scored } = entryOf(opened, update);
      const goesOn = manifest.updates[update] !== undefined && sameTraining(now, next);
      return {
        update,
        config: { ...now, database: databaseOf(config.database, database) },
        policy,
        previous: manifest.updates[update - 2]?.scored ?? [],
        snapshot: snapshot !== null,
        next: snapshot === null && goesOn ? next : null,
        ...(now.rollout.server !== undefined && {
          served: {
            scored: scored.map(({ rollout }) => rollout),
            next: manifest.updates[update]?.scored[0]?.rollout ?? null,
          },
        }),
      };
    }),
    ...engineOf(config),
  };
  const output = await repeatUpdates(input);
  if (output.dataset.prepared.hash !== dataset.prepared.hash) {
    throw new UserError({
      message: `the dataset "${dataset.label}" of the run cannot be made here: ${
        output.dataset.label === dataset.label
          ? 'its source files are others, or this version prepares them differently'
          : `there is only "${output.dataset.label}"`
      }`,
      field: 'dataset',
      hint: 'Set QUERYLOOP_TEMPTABQA_DIR to the folder with its files, or check files and chain alone with --steps 0.',
    });
  }
  return output.updates.flatMap((repeated) => differences(opened, repeated, codeVersion));
}

function databaseOf(recorded: string, given: string | undefined): string {
  if (given !== undefined) return given;
  if (!recorded.includes(`:${hiddenPassword}@`)) return recorded;
  throw new UserError({
    message: `the run used the database ${recorded}, whose password is not in the export`,
    field: '--database',
    hint: 'Give the address of such a server with --database mysql://user:password@host:port/, or --steps 0.',
  });
}

const sameTraining = (a: RepeatUpdatesInput['updates'][number]['config'], b: typeof a): boolean =>
  hashOf([a.grpo, a.rollout]) === hashOf([b.grpo, b.rollout]);

function entryOf({ manifest }: OpenExport, update: number): ExportedUpdate {
  const entry = manifest.updates[update - 1];
  if (entry === undefined) throw new RangeError(`update ${update} is not in the export`);
  return entry;
}

function differences(
  opened: OpenExport,
  repeated: RepeatUpdatesOutput['updates'][number],
  codeVersion: string,
): Problem[] {
  const { update } = repeated;
  const entry = entryOf(opened, update);
  const next = opened.manifest.updates[update]?.scored[0];
  const problems: Problem[] = [];
  const compare = (what: string, again: string | undefined, exported: string | undefined): void => {
    if (again === exported) return;
    problems.push({ where: `update ${update}`, what: `done again, its ${what} is ${again}, not ${exported}` });
  };
  entry.scored.forEach(({ rollout, rewards, executions }, i) => {
    const again = repeated.scored[i];
    compare('rollout', again?.rollout.hash, rollout.hash);
    compare('rewards artifact', again?.rewards.hash, rewards.hash);
    if (executions !== undefined) compare('executions artifact', again?.executions?.hash, executions.hash);
  });
  const recorded: Metrics = opened.metrics.get(update) ?? {};
  // An earlier version may not have known all metrics of this one.
  const sameVersion = opened.run?.value.exportedWith.codeVersion === codeVersion;
  const known = sameVersion ? [...Object.keys(recorded), ...Object.keys(repeated.metrics)] : Object.keys(recorded);
  for (const name of new Set(known)) compare(`metric ${name}`, shown(repeated.metrics[name]), shown(recorded[name]));
  if (repeated.snapshot !== null) compare('snapshot', repeated.snapshot.hash, entry.snapshot?.hash);
  if (repeated.next !== null) compare('next rollout, so its weights,', repeated.next.hash, next?.rollout.hash);
  return problems;
}

/** All digits; −0 is stored as 0. */
const shown = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value));
