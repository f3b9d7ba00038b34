/** The committed schema and reference of the config are those of the present code. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configReference, configSchemaJson } from './config-docs.ts';

const committed = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

// When these fail: node packages/contracts/scripts/write-config-docs.ts
test('docs/config.schema.json is current', () => expect(committed('config.schema.json')).toBe(configSchemaJson()));
test('docs/config.md is current', () => expect(committed('config.md')).toBe(configReference()));
