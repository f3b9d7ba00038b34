/** The committed schemas and references of the configs are those of the present code. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { experimentDocs, reference, schemaJson, sweepDocs, tableDocs } from './config-docs.ts';

const committed = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

// When these fail: node packages/contracts/scripts/write-config-docs.ts
test.each([
  ['config', experimentDocs],
  ['sweep-config', sweepDocs],
  ['table-config', tableDocs],
] as const)('docs/%s.schema.json and docs/%s.md are current', (name, docs) => {
  expect(committed(`${name}.schema.json`)).toBe(schemaJson(docs));
  expect(committed(`${name}.md`)).toBe(reference(docs));
});
