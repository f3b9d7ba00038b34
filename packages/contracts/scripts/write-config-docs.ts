/** Writes the configs' JSON Schemas and references in docs/. Run it after a change of a config. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { experimentDocs, reference, schemaJson, sweepDocs, tableDocs } from '../src/config-docs.ts';

const docs = new URL('../../../docs/', import.meta.url);
mkdirSync(docs, { recursive: true });
for (const [name, config] of [
  ['config', experimentDocs],
  ['sweep-config', sweepDocs],
  ['table-config', tableDocs],
] as const) {
  writeFileSync(new URL(`${name}.schema.json`, docs), schemaJson(config));
  writeFileSync(new URL(`${name}.md`, docs), reference(config));
}
