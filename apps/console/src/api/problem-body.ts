/** What every error of the API looks like. */
import { z } from '@hono/zod-openapi';

export const ProblemBody = z.object({
  error: z.object({
    message: z.string().describe('What went wrong, for people.'),
    field: z.string().optional().describe('Where.'),
    hint: z.string().optional().describe('What to do about it.'),
  }),
});
