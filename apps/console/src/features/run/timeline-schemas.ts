/** What the API tells of how a run went: the processes that worked on it, its steps, and what happened to it. */
import { z } from 'zod';

const time = () => z.iso.datetime();
const count = () => z.number().int().nonnegative();

export const RunStep = z.object({
  update: count(),
  /** With split, inner iteration and shard where there are several: `evaluatePolicy:dev`. */
  name: z.string(),
  seconds: z.number(),
  /** How often it was tried. */
  attempts: count(),
  /** Taken from the cache: done before, by any run. */
  reused: z.boolean(),
  startedAt: time().nullable(),
  finishedAt: time(),
});
export type RunStep = z.infer<typeof RunStep>;

export const StepsQuery = z.object({
  only: z.enum(['retried', 'reused']).optional(),
  from: z.coerce.number().int().nonnegative().max(1e9).optional(),
  to: z.coerce.number().int().nonnegative().max(1e9).optional(),
  order: z.enum(['oldest', 'newest']).default('oldest'),
  offset: z.coerce.number().int().nonnegative().max(1e9).default(0),
  limit: z.coerce.number().int().positive().max(1000).default(100),
});
export type StepsQuery = z.infer<typeof StepsQuery>;
export const StepsPage = z.object({ items: z.array(RunStep), total: count() });
export type StepsPage = z.infer<typeof StepsPage>;

export const RunAttempt = z.object({
  number: count(),
  host: z.string(),
  processId: count(),
  startedAt: time(),
  endedAt: time().nullable(),
  /** Why it ended; null while it works, or when it could not say. */
  outcome: z.string().nullable(),
  /** `lost`: it never ended, and the run has gone on or ended without it. */
  state: z.enum(['working', 'ended', 'lost']),
  /** Update that was worked on when it began. */
  update: count(),
});
export type RunAttempt = z.infer<typeof RunAttempt>;

export const RunEvent = z.object({
  kind: z.enum(['retry', 'resume', 'change', 'lost', 'note']),
  update: count(),
  at: time().nullable(),
  text: z.string(),
});
export type RunEvent = z.infer<typeof RunEvent>;

export const RunTimeline = z.object({
  attempts: z.array(RunAttempt),
  /** In the order of the updates. */
  events: z.array(RunEvent),
  steps: count(),
  retried: count(),
  reused: count(),
});
export type RunTimeline = z.infer<typeof RunTimeline>;
