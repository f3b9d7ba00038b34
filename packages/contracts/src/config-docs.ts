/** JSON Schemas and references in Markdown of the configs, made from the Zod schemas, so that none can go stale. */
import { z } from 'zod';
import { ExperimentConfig } from './experiment-config.ts';
import { SweepConfig } from './sweep-config.ts';
import { TableConfig } from './table-config.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** A config that has a reference: its title, and how its page begins. */
export interface DocumentedConfig {
  schema: z.ZodType;
  title: string;
  opening: string;
  /** Values that defaults are shown of. */
  defaults: Record<string, unknown>;
}

export const experimentDocs: DocumentedConfig = {
  schema: ExperimentConfig,
  title: 'Experiment config',
  opening: 'Every field may be left out.\n`--set group.field=value` overrides a field from the command line.',
  defaults: ExperimentConfig.parse({}),
};

const { name: _, experiment: __, ...sweepDefaults } = SweepConfig.parse({ name: 'any', experiment: 'any' });
export const sweepDocs: DocumentedConfig = {
  schema: SweepConfig,
  title: 'Sweep config',
  opening:
    'What a sweep does and how to read its results: [sweeps.md](sweeps.md).\nEvery field but `name` and `experiment` may be left out.',
  defaults: sweepDefaults,
};

const table = TableConfig.parse({ name: 'any', experiment: 'any', variants: [{ name: 'any' }], report: 'any' });
export const tableDocs: DocumentedConfig = {
  schema: TableConfig,
  title: 'Table config',
  opening:
    'What a table runs and how to read its page: [tables.md](tables.md).\n`name`, `experiment`, `variants` and `report` must be given.',
  defaults: { seeds: table.seeds, parallel: table.parallel },
};

/** Text of a schema file; editors check and complete YAML files with it. */
export function schemaJson({ schema }: DocumentedConfig): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`;
}

/** Text of a reference page: a table of fields for each group. */
export function reference({ schema, title, opening, defaults }: DocumentedConfig): string {
  const [first, ...others] = opening.split('\n');
  const lines = [
    `# ${title}`,
    '',
    `Written by packages/contracts/scripts/write-config-docs.ts from the schema; do not edit by hand. ${first}`,
    ...others,
    '',
    ...group(z.toJSONSchema(schema, { io: 'input' }), [], defaults),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** `defaults`: undefined for a group that may be left out altogether, whose fields have defaults once it is there. */
function group(schema: Schema, path: string[], defaults: Record<string, unknown> | undefined): string[] {
  const fields = Object.entries(schema.properties ?? {}) as [string, Schema][];
  const rows = fields
    .filter(([, field]) => field.properties === undefined)
    .map(
      ([name, field]) =>
        `| \`${name}\` | ${allowed(field)} | ${shownDefault(defaults === undefined ? field.default : defaults[name])} | ${cell(field.description ?? '')} |`,
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
    .flatMap(([name, field]) => group(field, [...path, name], defaults?.[name] as Record<string, unknown> | undefined));
  return [...own, ...inner];
}

function allowed(field: Schema): string {
  if (field.enum !== undefined) return field.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (field.anyOf !== undefined) return field.anyOf.map((form) => allowed(form as Schema)).join(', or ');
  if (field.type === 'array') return `list of ${allowed(field.items as Schema)}`;
  if (field.type === 'object')
    return typeof field.additionalProperties === 'object' && field.properties === undefined
      ? `field: ${allowed(field.additionalProperties as Schema)}`
      : `{ ${Object.entries(field.properties ?? {})
          .map(([name, inner]) => `${name}: ${allowed(inner as Schema)}`)
          .join('; ')} }`;
  if (field.type === undefined) return 'value';
  const kinds: Record<string, string> = { integer: 'whole number', boolean: 'true or false', string: 'text' };
  const bounds = [
    field.exclusiveMinimum === undefined ? undefined : `> ${field.exclusiveMinimum}`,
    field.minimum === undefined ? undefined : `≥ ${field.minimum}`,
    field.maximum === undefined || field.maximum >= 2 ** 31 - 1 ? undefined : `≤ ${field.maximum}`,
  ].filter((bound) => bound !== undefined);
  const types = [field.type].flat().map((type) => kinds[String(type)] ?? String(type));
  return [types.join(' / '), ...bounds].join(' ');
}

function shownDefault(value: unknown): string {
  if (value === undefined || (typeof value === 'object' && Object.keys(value as object).length === 0)) return '–';
  return `\`${typeof value === 'object' ? JSON.stringify(value) : String(value)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
