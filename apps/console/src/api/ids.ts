/** Ids in paths and bodies: what no run, sweep or analysis can be called is refused before anybody looks for it. */
import { z } from '@hono/zod-openapi';

/** Of a run, sweep, analysis or note. It can never be a path. */
export const Id = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'is no id: letters, digits, and - _ . between them');

/** `{ id }` of a path. */
export const IdParam = z.object({
  id: Id.openapi({ param: { name: 'id', in: 'path' }, example: 'quickstart-s1-20260102-093000-7f3a' }),
});
