/** What the API gives and takes about experiments that are being written. */
import { z } from '@hono/zod-openapi';

export const ConfigKind = z.enum(['experiment', 'sweep']);
export type ConfigKind = z.infer<typeof ConfigKind>;

/** Longest YAML that is read, in characters. */
export const longestText = 1_000_000;

export const CheckRequest = z.strictObject({
  kind: ConfigKind,
  text: z.string().max(longestText, 'is longer than a million characters').describe('YAML'),
});

export const Issue = z
  .object({
    path: z.string().describe('Dotted path of the field; empty when the whole text is meant'),
    message: z.string(),
    hint: z.string().optional(),
    line: z.number().int().optional().describe('1-based'),
    column: z.number().int().optional().describe('1-based'),
  })
  .openapi('ConfigIssue');
export type Issue = z.infer<typeof Issue>;

export const CheckResult = z
  .object({
    issues: z.array(Issue),
    /** Null while there are issues. */
    summary: z
      .object({
        name: z.string(),
        runs: z.number().int().describe('1 for an experiment'),
        updates: z.number().int().describe('Of all runs together'),
        completions: z.number().int().describe('Sampled in training, of all runs together'),
      })
      .nullable(),
  })
  .openapi('ConfigCheck');
export type CheckResult = z.infer<typeof CheckResult>;

export const TemplateEntry = z
  .object({
    source: z.string().describe('template:<name>, run:<id> or sweep:<id>'),
    kind: ConfigKind,
    text: z.string(),
  })
  .openapi('Template');
export type TemplateEntry = z.infer<typeof TemplateEntry>;

/** The parts of JSON Schema that configs use. */
export interface FieldSchema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  properties?: Record<string, FieldSchema>;
  items?: FieldSchema;
  additionalProperties?: boolean | FieldSchema;
  anyOf?: FieldSchema[];
}
