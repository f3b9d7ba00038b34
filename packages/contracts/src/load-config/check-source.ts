/** Checks what a file says against a schema, and says where and how it is wrong. */
import { z } from 'zod';
import { UserError } from '../user-error.ts';
import type { ConfigSource } from './config-source.ts';
import { describeIssue } from './describe-issue.ts';

/** The checked values with their defaults; throws UserError that lists every problem. `reference` describes the fields. */
export function checkSource<Schema extends z.ZodType>(
  source: ConfigSource,
  schema: Schema,
  reference: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(source.values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) =>
    describeIssue(issue, source.valueAt(issue.path), (path) => keysAt(schema, path)),
  );
  const lines = problems.map(
    ({ path, message }) => `${source.placeOf(path)}: ${path.join('.') || 'config'}: ${message}`,
  );
  throw new UserError({
    message:
      lines.length === 1
        ? (lines[0] as string)
        : `${lines.length} problems in the config\n${lines.map((line) => `  ${line}`).join('\n')}`,
    field: problems[0]?.path.join('.') ?? 'config',
    hint: `Every field is described in ${reference}.`,
  });
}

/** Names of the fields allowed at `path`, in the order of the schema; of a field with several forms, those of all of them. */
function keysAt(schema: z.ZodType, path: PropertyKey[]): string[] {
  let at: z.core.JSONSchema.BaseSchema | undefined = z.toJSONSchema(schema, { io: 'input' });
  for (const key of path) {
    const inner: unknown = at?.properties?.[String(key)] ?? at?.additionalProperties;
    at = typeof inner === 'object' ? (inner as z.core.JSONSchema.BaseSchema) : undefined;
  }
  return [at, ...(at?.anyOf ?? [])].flatMap((form) =>
    typeof form === 'object' ? Object.keys(form.properties ?? {}) : [],
  );
}
