/** What the routes of one run share: how answers are declared, and the headers of files. */
import { z } from '@hono/zod-openapi';
import { answer } from '#api/route.ts';

/** Answers of a read. */
export function answers<Schema extends z.ZodType>(schema: Schema) {
  return { 200: answer(schema, 'What was asked for.') } as const;
}

/** Answers of a file of some type. */
export function fileAnswers(...types: string[]) {
  const content = Object.fromEntries(
    types.map((type) => [type, { schema: type === 'text/csv' ? z.string() : z.unknown() }]),
  );
  return { 200: { description: 'The file.', content } };
}

/** A file to be saved, which no browser shows as a page. */
export function fileHeaders(name: string, type: string): Record<string, string> {
  return {
    'content-type': type,
    'content-disposition': `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}"`,
    'x-content-type-options': 'nosniff',
  };
}
