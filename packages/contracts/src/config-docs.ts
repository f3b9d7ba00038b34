/** The config's JSON Schema and its reference in Markdown, both made from the Zod schema, so that neither can go stale. */
import { z } from 'zod';
import { ExperimentConfig } from './experiment-config.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** Text of docs/config.schema.json; editors check and complete YAML files with it. */
export function configSchemaJson(): string {
  return `${JSON.stringify(z.toJSONSchema(ExperimentConfig, { io: 'input' }), null, 2)}\n`;
}

/** Text of docs/config.md: a table of fields for each group. */
export function configReference(): string {
  const schema = z.toJSONSchema(ExperimentConfig, { io: 'input' });
  const lines = [
    '# Experiment config',
    '',
    'Written by packages/contracts/scripts/write-config-docs.ts from the schema; do not edit by hand. Every field may be left out.',
    '`--set group.field=value` overrides a field from the command line.',
    '',
    ...group(schema, [], ExperimentConfig.parse({})),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function group(schema: Schema, path: string[], defaults: Record<string, unknown>): string[] {
  const fields = Object.entries(schema.properties ?? {}) as [string, Schema][];
  const rows = fields
    .filter(([, field]) => field.properties === undefined)
    .map(
      ([name, field]) =>
        `| \`${name}\` | ${allowed(field)} | ${shownDefault(defaults[name])} | ${cell(field.description ?? '')} |`,
    );
  const title = path.length === 0 ? 'Top level' : `\`${path.join('.')}\``;
  const own = [
    `## ${title}`,
    '',
    schema.description ?? '',
    '',
    '| field | type | default | what |',
    '|---|---|---|---|',
    ...rows,
    '',
  ];
  const inner = fields
    .filter(([, field]) => field.properties !== undefined)
    .flatMap(([name, field]) => group(field, [...path, name], defaults[name] as Record<string, unknown>));
  return [...own, ...inner];
}

function allowed(field: Schema): string {
  if (field.enum !== undefined) return field.enum.map((value) => `\`${String(value)}\``).join(', ');
  const type =
    field.type === 'integer'
      ? 'whole number'
      : field.type === 'boolean'
        ? 'true, false'
        : field.type === 'string'
          ? 'text'
          : String(field.type);
  const bounds = [
    field.exclusiveMinimum === undefined ? undefined : `> ${field.exclusiveMinimum}`,
    field.minimum === undefined ? undefined : `≥ ${field.minimum}`,
    field.maximum === undefined || field.maximum >= 2 ** 31 - 1 ? undefined : `≤ ${field.maximum}`,
  ].filter((bound) => bound !== undefined);
  return [type, ...bounds].join(' ');
}

function shownDefault(value: unknown): string {
  return value === undefined ? '–' : `\`${String(value)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
