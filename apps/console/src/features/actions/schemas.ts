/** What the API takes and gives where something is done to runs and sweeps. */
import { z } from '@hono/zod-openapi';
import { Id } from '#api/ids.ts';

const RunStatus = z.enum(['running', 'paused', 'stopped', 'finished', 'failed', 'cancelled']);
const seed = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).describe('Seed of every random draw.');
const Settings = z
  .array(z.string().min(3).max(1000))
  .max(100)
  .describe('Fields to change, "dotted.path=value" each.')
  .openapi({ example: ['grpo.beta=0.1'] });
const yaml = z.string().min(1).max(1_000_000);

export const Nothing = z.strictObject({});
export const LaunchRun = z
  .union([
    z.strictObject({ config: z.record(z.string(), z.unknown()), seed: seed.optional(), set: Settings.optional() }),
    z.strictObject({
      yaml: yaml.describe('A config as docs/config.md has it.'),
      seed: seed.optional(),
      set: Settings.optional(),
    }),
  ])
  .openapi('LaunchRun', { example: { yaml: 'name: mine\ngrpo:\n  updates: 20\n', seed: 2 } });
export type LaunchRun = z.input<typeof LaunchRun>;
export const LaunchSweep = z
  .strictObject({
    yaml: yaml.describe('A sweep as docs/sweep-config.md has it; its experiment is one of experiments/.'),
  })
  .openapi('LaunchSweep');
export const Resume = z.strictObject({ set: Settings.optional() });
export const Clone = z.strictObject({ seed: seed.optional(), set: Settings.optional() });
export const Branch = z.strictObject({
  at: z.number().int().nonnegative().max(1_000_000).describe('Last update that both share; 0 is the base policy.'),
  set: Settings.optional(),
});
export const AddSeeds = z.strictObject({ seeds: z.array(seed).min(1).max(100) });
export const Tag = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^,]+$/, 'has a comma')
  .refine((name) => !/\p{Cc}/u.test(name), 'has a control character');
export const Note = z.strictObject({ text: z.string().trim().min(1).max(10_000) });

/** What was done. */
export const Done = z
  .object({
    id: z.string().describe('Of the run or sweep; of the new one when one was begun.'),
    said: z.string().describe('What was done, for people.'),
  })
  .openapi('Done');
export type Done = z.infer<typeof Done>;
export const Held = Done.extend({ held: z.boolean().describe('False: no worker has answered yet.') });
export const Noted = Done.extend({ noteId: z.string() });
export const SeedsAdded = Done.extend({
  begun: z.array(z.object({ runId: z.string(), seed: z.number() })),
  existing: z.array(z.object({ runId: z.string(), seed: z.number(), status: RunStatus })),
});
export type SeedsAdded = z.infer<typeof SeedsAdded>;

const ids = z.array(Id).min(1).max(500).describe('Of runs or sweeps.');
/** Something done to many at once. */
export const Bulk = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.enum(['pause', 'resume', 'cancel']), ids }),
    z.strictObject({ action: z.enum(['tag', 'untag']), ids, tags: z.array(Tag).min(1).max(20) }),
  ])
  .openapi('Bulk', { example: { action: 'pause', ids: ['quickstart-s1-20260102-093000-7f3a'] } });
export type Bulk = z.infer<typeof Bulk>;

export const BulkOutcome = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        done: z.boolean().describe('In a dry run: whether it would be done.'),
        said: z.string().describe('What was or would be done, or why not.'),
      }),
    ),
    done: z.number().int(),
    refused: z.number().int(),
    said: z.string(),
  })
  .openapi('BulkOutcome');
export type BulkOutcome = z.infer<typeof BulkOutcome>;
