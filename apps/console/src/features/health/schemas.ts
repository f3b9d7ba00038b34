/** What the API tells of the platform's health. */
import { z } from '@hono/zod-openapi';

export const HealthCheck = z
  .object({
    name: z.string(),
    state: z.enum(['ok', 'warning', 'failed']),
    detail: z.string(),
    hint: z.string().optional(),
  })
  .openapi('HealthCheck');
export type HealthCheck = z.infer<typeof HealthCheck>;

export const QueueHealth = z
  .object({
    name: z.enum(['cpu', 'policy', 'sql']),
    waiting: z.number().int().describe('Steps that wait for a worker'),
    waitingSeconds: z.number().describe('How long the first of them has waited'),
    workers: z.array(
      z.object({
        name: z.string().describe('Process and machine'),
        code: z.string().nullable().describe('First digits of the hash of its code'),
        seenSecondsAgo: z.number(),
      }),
    ),
  })
  .openapi('QueueHealth');
export type QueueHealth = z.infer<typeof QueueHealth>;

export const Health = z
  .object({
    checks: z.array(HealthCheck),
    queues: z.array(QueueHealth).nullable().describe('Null while Temporal does not answer'),
    versions: z.record(z.string(), z.string()).describe('Name of a part to its version'),
    runs: z.record(z.string(), z.number().int()).describe('Status to how many runs have it'),
  })
  .openapi('Health');
export type Health = z.infer<typeof Health>;
