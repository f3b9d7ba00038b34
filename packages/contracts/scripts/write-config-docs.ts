/** Writes docs/config.schema.json and docs/config.md. Run it after a change of the config. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { configReference, configSchemaJson } from '../src/config-docs.ts';

const docs = new URL('../../../docs/', import.meta.url);
mkdirSync(docs, { recursive: true });
writeFileSync(new URL('config.schema.json', docs), configSchemaJson());
writeFileSync(new URL('config.md', docs), configReference());
