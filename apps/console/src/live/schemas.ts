/** What the live stream is asked and the events it sends. */
import { z } from '@hono/zod-openapi';
import { RunStatus } from '@queryloop/contracts';

/** Runs that one stream may follow by name. */
export const mostRuns = 100;

export const LiveQuery = z.object({
  runs: z
    .string()
    .min(1)
    .max(20_000)
    .refine((runs) => runs.split(',').length <= mostRuns, `names more than ${mostRuns} runs`)
    .describe('Ids of runs, joined by commas, or * for every run that goes on.'),
  after: z
    .string()
    .max(60_000)
    .optional()
    .describe('Id of the last event received; the header Last-Event-ID says the same.'),
});

/** New points of a run, oldest first: metrics, and scores such as `dev/accuracy`. */
export const PointsEvent = z.object({
  runId: z.string(),
  points: z.array(
    z.object({
      update: z.number().int(),
      tokens: z.number().describe('Sampled in training up to this update.'),
      seconds: z.number().describe('That the steps up to this update took.'),
      values: z.record(z.string(), z.number()),
    }),
  ),
});
export type PointsEvent = z.infer<typeof PointsEvent>;

/** State of a run that changed, or that is first heard of. */
export const RunEvent = z.object({
  runId: z.string(),
  status: RunStatus,
  update: z.number().int().describe('Last update with metrics; -1 for none.'),
  error: z.string().nullable(),
  finishedAt: z.iso.datetime().nullable(),
});
export type RunEvent = z.infer<typeof RunEvent>;

/** Points that were sent before are gone or replaced: the run has to be read anew. What comes after it goes on from there. */
export const RestartedEvent = z.object({
  runId: z.string(),
  update: z.number().int().describe('The run is stored up to this update now; -1 for nowhere.'),
});
export type RestartedEvent = z.infer<typeof RestartedEvent>;

export type LiveEvent =
  | { event: 'points'; data: PointsEvent }
  | { event: 'run'; data: RunEvent }
  | { event: 'restarted'; data: RestartedEvent }
  /** The list of runs changed: it has to be read anew. */
  | { event: 'runs'; data: Record<string, never> };
