/** Writes the prompt of a question by a plan: the template filled with schema, examples and question. */
import { UserError } from '@queryloop/contracts';
import type { DatabaseSchema } from '../databases/schema.ts';
import { compileJinja } from './jinja.ts';
import type { PromptPlan } from './prompt-plan.ts';
import { type SampleValues, schemaText } from './schema-text.ts';

/** How much of what may be left out a prompt shows. */
export interface PromptExtent {
  /** Sample values of each column. */
  sampleValues: number;
  examples: number;
}

export type PromptWriter = (question: string, extent: PromptExtent) => string;

/** The dialect that both executors read. */
const dialect = 'MySQL';

/** Throws UserError for a template that is no Jinja or leaves the question out. */
export function promptWriter(plan: PromptPlan, schema: DatabaseSchema, values: SampleValues): PromptWriter {
  const field = 'prompt.template';
  const render = compileJinja(plan.template, { name: plan.templateName, field });
  const schemas = new Map<number, string>();
  const schemaWith = (most: number): string => {
    const written = schemas.get(most) ?? schemaText(schema, values, most);
    schemas.set(most, written);
    return written;
  };
  const write: PromptWriter = (question, extent) =>
    render({
      question,
      dialect,
      schema: schemaWith(extent.sampleValues),
      tables: schema.tables,
      examples: plan.examples.slice(0, extent.examples),
    });
  const nothing = { sampleValues: 0, examples: 0 };
  const probe = 'Is this the question?';
  if (!write(probe, nothing).includes(probe))
    throw new UserError({
      message: `${plan.templateName} leaves the question out`,
      field,
      hint: 'Write {{ question }} where it belongs; docs/prompts.md lists the variables.',
    });
  return write;
}
