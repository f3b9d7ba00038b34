/** Checks what a file says against a schema, and says where and how it is wrong. */
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import type { ConfigSource } from './config-source.ts';
import { describeIssue } from './describe-issue.ts';

/** Nobody reads more; each is looked up in the file. */
const mostProblems = 100;

/** The checked values with their defaults; throws UserError that lists every problem. `reference` describes the fields. */
export function checkSource<Schema extends z.ZodType>(
  source: ConfigSource,
  schema: Schema,
  reference: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(source.values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, mostProblems)
    .flatMap((issue) => describeIssue(shortened(issue), source.valueAt(issue.path), (path) => keysAt(schema, path)))
    .slice(0, mostProblems);
  const lines = problems.map(
    ({ path, message }) => `${source.placeOf(path)}: ${path.join('.') || 'config'}: ${message}`,
  );
  const hint = `Every field is described in ${reference}.`;
  const issues = problems.map(({ path, message }) => ({
    path: path.join('.'),
    message,
    hint,
    ...source.positionOf(path),
  }));
  const message =
    lines.length === 1
      ? (lines[0] as string)
      : `${lines.length} problems in the config\n${lines.map((line) => `  ${line}`).join('\n')}`;
  throw new ConfigError({ message, field: problems[0]?.path.join('.') ?? 'config', hint }, issues);
}

/** Thousands of unknown keys are one issue. */
function shortened(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  return issue.code === 'unrecognized_keys' ? { ...issue, keys: issue.keys.slice(0, mostProblems) } : issue;
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
