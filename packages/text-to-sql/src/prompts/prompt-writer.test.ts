/** Prompts as they are written out: schema, sample values, examples, the question, and templates of one's own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PromptConfig } from '@queryloop/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSqlite } from '../databases/build-sqlite.ts';
import type { DatabaseSchema } from '../databases/schema.ts';
import { fitPrompt } from './fit-prompt.ts';
import { type PromptPlan, planPrompts } from './prompt-plan.ts';
import { promptWriter } from './prompt-writer.ts';
import { readSampleValues } from './sample-values.ts';
import { schemaText } from './schema-text.ts';

const schema: DatabaseSchema = {
  tables: [
    {
      name: 'Town',
      columns: [
        { name: 'id', type: 'integer' },
        { name: 'name', type: 'text' },
      ],
    },
    {
      name: 'river crossing',
      primaryKey: ['town', 'no'],
      columns: [
        { name: 'town', type: 'integer', references: { table: 'Town', column: 'id' } },
        { name: 'no', type: 'integer' },
        { name: 'order', type: 'real', description: 'length\nin metres' },
        { name: 'opened', type: 'date' },
      ],
      foreignKeys: [{ columns: ['town', 'no'], references: { table: 'river crossing', columns: ['town', 'no'] } }],
    },
  ],
};
const rows = {
  Town: [
    [1, "Bell's End"],
    [2, 'Alder'],
    [3, "Bell's End"],
    [4, 'x'.repeat(80)],
    [5, 'two\nlines'],
    [6, 'Cove'],
    [7, ''],
  ],
  'river crossing': [
    [1, 1, 12.5, '2001-05-06'],
    [2, 1, 12.5, null],
  ],
};

let folder = '';
let file = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'queryloop-prompts-'));
  file = join(folder, 'data.sqlite');
  buildSqlite(rows, file, schema);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the schema', () => {
  it('is CREATE TABLE with keys, references, meanings and the most frequent short values', () => {
    expect(schemaText(schema, readSampleValues(file, schema, 2), 2)).toBe(`CREATE TABLE Town (
  id INTEGER PRIMARY KEY,
  name TEXT -- e.g. 'Bell''s End', 'Alder'
);

CREATE TABLE \`river crossing\` (
  town INTEGER,
  no INTEGER,
  \`order\` DOUBLE, -- length in metres; e.g. 12.5
  opened DATE, -- e.g. '2001-05-06'
  PRIMARY KEY (town, no),
  FOREIGN KEY (town) REFERENCES Town (id),
  FOREIGN KEY (town, no) REFERENCES \`river crossing\` (town, no)
);`);
  });

  it('shows fewer values, or none', () => {
    const values = readSampleValues(file, schema, 3);
    expect(schemaText(schema, values, 1)).toContain("name TEXT -- e.g. 'Bell''s End'\n");
    expect(schemaText(schema, values, 0)).not.toContain('e.g.');
    expect(readSampleValues(file, schema, 0)).toEqual({});
  });
});

const examples = [
  { question: 'How many towns?', sql: 'SELECT COUNT(*) FROM Town' },
  { question: 'Which?', sql: 'SELECT name FROM Town' },
];
const plan = (config: Record<string, unknown>): PromptPlan => planPrompts(PromptConfig.parse(config), examples);
const all = { sampleValues: 2, examples: 2 };

describe('styles', () => {
  it.each(['zero-shot', 'few-shot', 'paper'] as const)(
    '%s says schema, dialect and question, and ends where the query begins',
    (style) => {
      const write = promptWriter(plan({ style }), schema, readSampleValues(file, schema, 2));
      const prompt = write('Which {town} & <why>?', all);
      expect(prompt).toContain(schemaText(schema, readSampleValues(file, schema, 2), 2));
      expect(prompt).toContain('MySQL');
      expect(prompt.endsWith('SQL:\n')).toBe(true);
      expect(prompt.lastIndexOf('Which {town} & <why>?')).toBeGreaterThan(prompt.lastIndexOf(');'));
      expect(prompt.includes('SELECT COUNT(*) FROM Town')).toBe(style === 'few-shot');
    },
  );

  it('show as many examples as they are told', () => {
    const write = promptWriter(plan({ style: 'few-shot' }), schema, {});
    const shown = [0, 1, 2].map(
      (count) => write('Why?', { sampleValues: 0, examples: count }).split('SELECT').length - 1,
    );
    expect(shown).toEqual([0, 1, 2]);
  });
});

describe('a template of one’s own', () => {
  const template = (text: string): PromptPlan => {
    const path = join(folder, 'own.jinja');
    writeFileSync(path, text);
    return plan({ style: 'few-shot', template: path });
  };

  it('is given schema, tables, examples, dialect and question', () => {
    const own = template(
      '{{ dialect }}|{{ tables | map(attribute="name") | join(",") }}|{% for e in examples %}{{ e.sql }};{% endfor %}|{{ schema | length > 0 }}|{{ question }}',
    );
    expect(promptWriter(own, schema, {})('Why?', { sampleValues: 0, examples: 1 })).toBe(
      'MySQL|Town,river crossing|SELECT COUNT(*) FROM Town;|true|Why?',
    );
  });

  it.each([
    ['{{ schema }} {{ qestion }}', /own\.jinja leaves the question out/],
    ['{% if question %}', /own\.jinja: /],
    ['{{ question | unheard_of }}', /own\.jinja: .*unheard_of/],
  ])('%s is refused', (text, message) => {
    expect(() => promptWriter(template(text), schema, {})).toThrow(message);
  });

  it('must be there', () => {
    expect(() => plan({ style: 'zero-shot', template: join(folder, 'none.jinja') })).toThrow(
      /no such file: .*none\.jinja/,
    );
  });
});

describe('shortening', () => {
  const lengthOf = (extent: { sampleValues: number; examples: number }) =>
    10 + 4 * extent.sampleValues + 3 * extent.examples;
  const encode = (extent: { sampleValues: number; examples: number }) => ({
    ids: new Array<number>(lengthOf(extent)).fill(0),
  });

  it('gives up sample values first, then examples, no more than it must, and never the rest', () => {
    fc.assert(
      fc.property(
        fc.nat(5),
        fc.nat(5),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (sampleValues, shown, context, maxTokens) => {
          const full = { sampleValues, examples: shown };
          const shortened = () => fitPrompt(encode, { full, context, maxTokens });
          if (10 + maxTokens > context) {
            expect(shortened).toThrow(new RegExp(`takes 10 tokens .* up to ${maxTokens} more: .* ${context} tokens`));
            return;
          }
          const { ids, extent } = shortened();
          expect(ids.length + maxTokens).toBeLessThanOrEqual(context);
          if (extent.examples < shown) expect(extent.sampleValues).toBe(0);
          const more =
            extent.examples < shown
              ? { ...extent, examples: extent.examples + 1 }
              : { ...extent, sampleValues: extent.sampleValues + 1 };
          if (extent.examples < shown || extent.sampleValues < sampleValues)
            expect(lengthOf(more) + maxTokens).toBeGreaterThan(context);
        },
      ),
    );
  });

  it('says what to set', () => {
    const hint = (context: number): string | undefined => {
      try {
        fitPrompt(encode, { full: { sampleValues: 1, examples: 1 }, context, maxTokens: 8 });
      } catch (error) {
        return (error as { hint?: string }).hint;
      }
      return undefined;
    };
    expect(hint(15)).toContain('rollout.maxTokens (--max-tokens) to 5 or less');
    expect(hint(9)).toContain('prompt.template');
  });
});
