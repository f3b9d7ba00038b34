/**
 * What the queries of a rollout returned, as it lies in the artifact store: for people to look at and for scoring a rollout
 * again without running anything. No update depends on it. Equal executions stand in it once, as tuples, to keep it small.
 */
import { z } from 'zod';
import type { OutcomeClass } from './outcome-class.ts';
import { outcomeClasses } from './outcome-class.ts';

const Outcome = z.enum(outcomeClasses);
const Cell = z.union([z.string(), z.number(), z.null()]);

/** A query that did not run: outcome and the database's message, cut. */
const Failed = z.tuple([Outcome, z.string()]);

/**
 * A query that ran: outcome; share of the answer's parts found in the result (REMS, 0–1); place of its column names in
 * `headings`; number of all rows (up to the executor's cap); its first rows, long cells cut.
 */
const Ran = z.tuple([Outcome, z.number(), z.number().int(), z.number().int(), z.array(z.array(Cell))]);

const OutcomeWeights = z.object({ correct: z.number(), wrong: z.number(), failed: z.number(), partial: z.number() });
export type OutcomeWeights = z.infer<typeof OutcomeWeights>;

export const Executions = z.object({
  update: z.number().int(),
  /** What each outcome was worth: right, wrong, did not run, and times REMS. Left out where other functions rewarded. */
  weights: OutcomeWeights.optional(),
  headings: z.array(z.array(z.string())),
  executions: z.array(z.union([Failed, Ran])),
  /** In the order of the rollout's groups. */
  groups: z.array(
    z.object({
      prompt: z.string(),
      /** Completions sampled from the policy; those after them are proposals. */
      samples: z.number().int(),
      /** Per completion: which of the group's different texts it is, its place in `runs`. */
      queries: z.array(z.number().int()),
      /** Per different text, per question of the group: place in `executions`. */
      runs: z.array(z.array(z.number().int())),
    }),
  ),
});
export type Executions = z.infer<typeof Executions>;

/** One query run for one question. */
export type Execution =
  | { ran: false; outcome: OutcomeClass; message: string }
  | {
      ran: true;
      outcome: OutcomeClass;
      rems: number;
      columns: string[];
      /** Of all rows. */
      rowCount: number;
      /** The first of them. */
      rows: (string | number | null)[][];
    };

/** What a completion of a group gave, in the order of the group's questions. Throws RangeError for one that is not there. */
export function executionsOf(packed: Executions, group: number, completion: number): Execution[] {
  const { queries, runs } = packed.groups[group] ?? {};
  const places = runs?.[queries?.[completion] ?? -1];
  if (places === undefined)
    throw new RangeError(`completion ${completion} of group ${group} is not among the executions`);
  return places.map((place) => {
    const entry = packed.executions[place];
    if (entry === undefined) throw new RangeError(`execution ${place} is not there`);
    if (entry.length === 2) return { ran: false, outcome: entry[0], message: entry[1] };
    const [outcome, rems, heading, rowCount, rows] = entry;
    return { ran: true, outcome, rems, columns: packed.headings[heading] ?? [], rowCount, rows };
  });
}

/**
 * The reward of a completion in parts, each the mean over its questions: what right, wrong and failed executions and matched
 * parts of answers were worth. With other weights it is the reward that a run with them would have given.
 */
export function rewardParts(
  executions: readonly Execution[],
  weights: OutcomeWeights,
): Record<keyof OutcomeWeights, number> {
  const mean = (worth: (execution: Execution) => number): number =>
    executions.reduce((sum, execution) => sum + worth(execution), 0) / executions.length;
  return {
    correct: mean(({ outcome }) => (outcome === 'ok' ? weights.correct : 0)),
    wrong: mean(({ ran, outcome }) => (ran && outcome !== 'ok' ? weights.wrong : 0)),
    failed: mean(({ ran }) => (ran ? 0 : weights.failed)),
    partial: mean((execution) => (execution.ran ? weights.partial * execution.rems : 0)),
  };
}
