/** Reads an experiment config from a YAML file. Apart from the rest of contracts because workflows must not touch files. */
import { z } from 'zod';
import { ExperimentConfig } from '../experiment-config.ts';
import { UserError } from '../user-error.ts';
import { ConfigSource } from './config-source.ts';
import { describeIssue, type FieldProblem } from './describe-issue.ts';

export interface ConfigOverrides {
  /** "dotted.path=value" each, as `--set` takes them; later ones win. */
  set?: readonly string[];
  /** As `--seed` gives it. */
  seed?: string | number | undefined;
}

/**
 * Reads, overrides and checks a config; every default is filled in.
 * @throws UserError that lists every unknown key and bad value with its place, field, value and what is allowed.
 */
export function loadConfig(file: string, overrides: ConfigOverrides = {}): ExperimentConfig {
  return checked(new ConfigSource(file), overrides);
}

/** A config that a run was begun with, changed and checked as loadConfig does. */
export function overrideConfig(config: ExperimentConfig, overrides: ConfigOverrides): ExperimentConfig {
  return checked(new ConfigSource('the stored config', JSON.stringify(config)), overrides);
}

function checked(source: ConfigSource, { set = [], seed }: ConfigOverrides): ExperimentConfig {
  for (const assignment of set) {
    const equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new UserError({
        message: `--set ${assignment}: not of the form key=value`,
        field: '--set',
        hint: 'Example: --set grpo.updates=5',
      });
    }
    source.set(assignment.slice(0, equals).trim(), assignment.slice(equals + 1).trim(), `--set ${assignment}`);
  }
  if (seed !== undefined) source.set('seed', String(seed), `--seed ${seed}`);

  const parsed = ExperimentConfig.safeParse(source.values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => describeIssue(issue, source.valueAt(issue.path), keysAt));
  throw userErrorOf(problems, source);
}

function userErrorOf(problems: FieldProblem[], source: ConfigSource): UserError {
  const lines = problems.map(
    ({ path, message }) => `${source.placeOf(path)}: ${path.join('.') || 'config'}: ${message}`,
  );
  return new UserError({
    message:
      lines.length === 1
        ? (lines[0] as string)
        : `${lines.length} problems in the config\n${lines.map((line) => `  ${line}`).join('\n')}`,
    field: problems[0]?.path.join('.') ?? 'config',
    hint: 'Every field is described in docs/config.md.',
  });
}

/** Names of the fields allowed at `path`, in the order of the schema. */
function keysAt(path: PropertyKey[]): string[] {
  let at: z.core.JSONSchema.BaseSchema | undefined = z.toJSONSchema(ExperimentConfig, { io: 'input' });
  for (const key of path) {
    const inner: unknown = at?.properties?.[String(key)];
    at = typeof inner === 'object' ? (inner as z.core.JSONSchema.BaseSchema) : undefined;
  }
  return Object.keys(at?.properties ?? {});
}
