/** The OpenAPI document against the routes that there are. */
import { z } from '@hono/zod-openapi';
import { expect, test } from 'vitest';
import { createApi } from './app.ts';
import { describeApi } from './document.ts';

type Operation = {
  operationId: string;
  tags?: string[];
  summary?: string;
  parameters?: { name: string; in: string; schema?: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
};

const api = createApi();
const document = describeApi(api);
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
);

test('every endpoint stands in the document, and nothing else', () => {
  const routed = api.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(described.sort()).toEqual([...new Set(routed)].sort());
});

test('every operation has a name of its own, a tag, a summary and the answers for errors', () => {
  const names = operations.map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { path, method, operation } of operations) {
    expect([path, method, operation.tags?.length, operation.summary !== undefined]).toEqual([path, method, 1, true]);
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '401', '403', '503']));
    expect(Object.keys(operation.responses).some((status) => /^[23]/.test(status))).toBe(true);
  }
});

test('parameters of a path stand in it, and every body refuses unknown fields', () => {
  for (const { path, method, operation } of operations) {
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect([path, inPath.sort()]).toEqual([path, named.sort()]);
    for (const { schema } of Object.values(operation.requestBody?.content ?? {}))
      for (const form of formsOf(schema))
        expect([path, method, form['additionalProperties']]).toEqual([path, method, false]);
  }
});

test('writes say which header they need', () => {
  for (const { path, method, operation } of operations) {
    const names = (operation.parameters ?? []).map(({ name }) => name);
    expect([path, method, names.includes('x-queryloop-request')]).toEqual([path, method, method !== 'get']);
  }
});

test('the error schema is what errors look like', async () => {
  const answer = await api.request('/api/v1/runs/a/pause', { method: 'POST', headers: { host: 'localhost' } });
  const schema = z.fromJSONSchema(document.components?.schemas?.['Problem'] as Parameters<typeof z.fromJSONSchema>[0]);
  expect(schema.safeParse(await answer.json()).success).toBe(true);
});

/** The forms a body may have, references followed. */
function formsOf(schema: object): Record<string, unknown>[] {
  const { $ref, anyOf, oneOf } = schema as { $ref?: string; anyOf?: object[]; oneOf?: object[] };
  if ($ref !== undefined) {
    const named = document.components?.schemas?.[$ref.split('/').at(-1) as string];
    return named === undefined ? [] : formsOf(named);
  }
  return (anyOf ?? oneOf)?.flatMap(formsOf) ?? [schema as Record<string, unknown>];
}
