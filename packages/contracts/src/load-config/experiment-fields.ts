/** The fields of the experiment config by dotted name: what a sweep may vary. */
import { z } from 'zod';
import { ExperimentConfig } from '../experiment-config.ts';
import { nearest } from './nearest.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** What is wrong with a name as a field that a sweep sets or varies; undefined when nothing is. */
export function fieldProblem(name: string): string | undefined {
  if (name === 'seed') return 'seeds are a dimension of their own; list them in "seeds"';
  if (name === 'name') return 'runs are named after the sweep';
  const fields = fieldsOf(z.toJSONSchema(ExperimentConfig, { io: 'input' }), []);
  if (fields.includes(name)) return undefined;
  const inside = fields.filter((field) => field.startsWith(`${name}.`));
  if (inside.length > 0) return `is a group of fields; name one of them, such as "${inside[0]}"`;
  const near = nearest(name, fields) ?? nearestByLastPart(name, fields);
  return `the experiment has no such field; ${near === undefined ? 'docs/config.md lists them' : `did you mean "${near}"?`}`;
}

/** People remember the field and forget its group. */
function nearestByLastPart(name: string, fields: string[]): string | undefined {
  const lastPart = (path: string): string => path.split('.').at(-1) as string;
  const near = nearest(lastPart(name), fields.map(lastPart));
  return fields.find((field) => lastPart(field) === near);
}

function fieldsOf(schema: Schema, path: string[]): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    (field as Schema).properties === undefined
      ? [[...path, name].join('.')]
      : fieldsOf(field as Schema, [...path, name]),
  );
}
