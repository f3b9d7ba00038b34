/** Begins runs: of a config, or as a branch or clone of another run. Planned first, so that mistakes show before services are started. */
import {
  type ExperimentConfig,
  type ExperimentInput,
  forbiddenChange,
  hidePassword,
  holdsPassword,
  UserError,
} from '@queryloop/contracts';
import { overrideConfig, requirePinnedModules } from '@queryloop/contracts/load-config';
import type { Store } from '@queryloop/store';
import type { Control, Done } from './control.ts';
import { startExperiment } from './execution.ts';
import { requireRun } from './known-run.ts';
import { noteAction } from './note-action.ts';
import { newRunId } from './run-id.ts';
import { untilStored } from './until-stored.ts';

export interface BranchOptions {
  /** Last update that both share; 0 is the base policy. */
  at: number;
  /** "dotted.path=value" each. */
  set?: readonly string[];
}

export interface CloneOptions {
  seed?: string | number | undefined;
  set?: readonly string[];
}

/** A run that is to begin, checked as far as the store tells. */
export interface PlannedLaunch {
  action: 'launch' | 'branch' | 'clone';
  input: ExperimentInput;
  said: string;
}

/** Begins what was planned. Throws UserError when another command was quicker. */
export async function launch(control: Control, { action, input, said }: PlannedLaunch): Promise<Done> {
  await startExperiment(control.client, input);
  await untilStored(() => control.store.runs.get(input.runId));
  return await noteAction(control, action, { id: input.runId, said });
}

/** Begins a run of its own. */
export async function launchRun(control: Control, config: ExperimentConfig): Promise<Done> {
  return await launch(control, planLaunch(config));
}

/** A new run that shares what is stored of another up to an update, and computes only what comes after. Throws UserError. */
export async function branchRun(control: Control, parentId: string, options: BranchOptions): Promise<Done> {
  return await launch(control, await planBranch(control.store, parentId, options));
}

/** A new run with the settings of another, as they are now; steps with the same inputs are not done again. Throws UserError. */
export async function cloneRun(control: Control, originalId: string, options: CloneOptions): Promise<Done> {
  return await launch(control, await planClone(control.store, originalId, options));
}

export function planLaunch(config: ExperimentConfig): PlannedLaunch {
  const runId = newRunId(config.name, config.seed);
  return { action: 'launch', input: { runId, config }, said: `run ${runId} has begun${passwordWarning(config)}` };
}

/** Throws UserError for an unknown run, an update it has not got to, or a setting that may not change on the way. */
export async function planBranch(
  store: Store,
  parentId: string,
  { at, set = [] }: BranchOptions,
): Promise<PlannedLaunch> {
  const parent = await requireRun(store, parentId);
  if (at > parent.reached) {
    throw new UserError({
      message: `--at ${at}: run ${parentId} has got to update ${parent.reached}`,
      field: '--at',
      hint: `Give an update from 0 (the base policy) to ${parent.reached}.`,
    });
  }
  const config = overrideConfig(parent.config, { set });
  const forbidden = forbiddenChange(parent.config, config, { runId: parentId, reached: at });
  if (forbidden !== null) throw forbidden;
  requirePinnedModules(config);
  const runId = newRunId(config.name, config.seed);
  return {
    action: 'branch',
    input: { runId, config, from: { runId: parentId, update: at } },
    said: `run ${runId} has begun as a branch of ${parentId} after update ${at}${withSettings(set)}`,
  };
}

/** Throws UserError for an unknown run, or a setting that is none. */
export async function planClone(
  store: Store,
  originalId: string,
  { seed, set = [] }: CloneOptions,
): Promise<PlannedLaunch> {
  const original = await requireRun(store, originalId);
  const config = overrideConfig(original.config, { set, seed });
  requirePinnedModules(config);
  const runId = newRunId(config.name, config.seed);
  const said = `run ${runId} has begun as a clone of ${originalId}${withSettings(set)}, seed ${config.seed}`;
  return { action: 'clone', input: { runId, config }, said };
}

/** What is said of a config that holds a password itself. */
function passwordWarning({ database }: ExperimentConfig): string {
  if (!holdsPassword(database)) return '';
  return `; the password of its database now stands in Temporal, store and step cache: name an environment variable in its place, mysql://user:\${NAME}@host/`;
}

/** E.g. ", with grpo.beta=0.1", as anybody may see it. */
function withSettings(set: readonly string[]): string {
  return set.length === 0 ? '' : `, with ${set.map(hidePassword).join(', ')}`;
}
