/** Begins runs: of a config, as a branch or clone of another run, and for more seeds. */
import type { ExperimentConfig, RunStatus } from '@queryloop/contracts';
import type { Control, Done } from './control.ts';

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

export interface AddedSeeds extends Done {
  begun: { runId: string; seed: number }[];
  /** Seeds that a run with the same settings has already. */
  existing: { runId: string; seed: number; status: RunStatus }[];
}

/** Begins a run of its own. */
export async function launchRun(_control: Control, _config: ExperimentConfig): Promise<Done> {
  throw new Error('not there yet');
}

/** A new run that shares what is stored of another up to an update, and computes only what comes after. @throws UserError */
export async function branchRun(_control: Control, _parentId: string, _options: BranchOptions): Promise<Done> {
  throw new Error('not there yet');
}

/** A new run with the settings of another, as they are now; steps with the same inputs are not done again. @throws UserError */
export async function cloneRun(_control: Control, _originalId: string, _options: CloneOptions): Promise<Done> {
  throw new Error('not there yet');
}

/** A clone for each seed that no run with the same settings has yet. @throws UserError for no seeds, or a run that is not known */
export async function addSeeds(_control: Control, _runId: string, _seeds: readonly number[]): Promise<AddedSeeds> {
  throw new Error('not there yet');
}
