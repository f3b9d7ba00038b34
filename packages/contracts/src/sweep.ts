/** What the sweep workflow is started with, tells about itself while it runs, and returns. */
import { z } from 'zod';
import { ExperimentConfig } from './experiment-config.ts';
import { RunStatus } from './run.ts';
import { SweepConfig } from './sweep-config.ts';

/** One combination of parameters. Its id is made of its config, so that the same combination is the same trial in any order. */
export const Trial = z.object({
  id: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Whole config; its seed is replaced by each seed of the sweep. */
  config: ExperimentConfig,
});
export type Trial = z.infer<typeof Trial>;

export const SweepInput = z.object({
  sweepId: z.string().min(1),
  settings: SweepConfig,
  trials: z.array(Trial).min(1),
});
export type SweepInput = z.infer<typeof SweepInput>;

/** One run of a sweep as the sweep knows it. */
export const SweepRun = z.object({
  runId: z.string(),
  trial: z.string(),
  seed: z.number().int(),
  /** Null: not begun. */
  status: RunStatus.nullable(),
  update: z.number().int(),
  tokens: z.number().int(),
  /** Accuracy on dev: of the best policy when finished, at the rung when stopped. */
  dev: z.number().nullable(),
  /** Accuracy on test of a finished run. */
  test: z.number().nullable(),
  error: z.string().nullable(),
});
export type SweepRun = z.infer<typeof SweepRun>;

/** A trial that was scored at a rung, and whether it was told to go on. */
export const SweepDecision = z.object({
  trial: z.string(),
  /** Updates of the rung. */
  rung: z.number().int(),
  dev: z.number(),
  promoted: z.boolean(),
});
export type SweepDecision = z.infer<typeof SweepDecision>;

export const SweepProgress = z.object({
  runs: z.array(SweepRun),
  decisions: z.array(SweepDecision),
  spent: z.object({ updates: z.number(), tokens: z.number(), hours: z.number() }),
  /** Which part of the budget is spent, if one is. */
  exhausted: z.enum(['updates', 'tokens', 'hours']).nullable(),
});
export type SweepProgress = z.infer<typeof SweepProgress>;

/** The trial with the highest dev accuracy averaged over its finished seeds; never chosen by test. */
export const SweepResult = SweepProgress.extend({
  sweepId: z.string(),
  best: z.object({ trial: z.string(), dev: z.number() }).nullable(),
});
export type SweepResult = z.infer<typeof SweepResult>;

/** What `startSweep` is given: the sweep as it is started or resumed. */
export type StartSweepInput = SweepInput;
/** Runs of the sweep that are in the store already, with their status and scores. */
export const StartSweepOutput = z.object({
  runs: z.array(SweepRun),
  /** Accuracy on dev of these runs at every evaluated update after the base: what rungs are scored by. */
  dev: z.array(z.object({ runId: z.string(), update: z.number().int(), accuracy: z.number() })),
});
export type StartSweepOutput = z.infer<typeof StartSweepOutput>;

export const FinishSweepInput = z.object({
  sweepId: z.string(),
  status: z.enum(['finished', 'failed', 'cancelled']),
  result: SweepResult,
});
export type FinishSweepInput = z.infer<typeof FinishSweepInput>;
