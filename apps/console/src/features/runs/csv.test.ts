/** The file for spreadsheets: quoting, formulas, and missing values. */
import { expect, test } from 'vitest';
import { runsCsv } from './csv.ts';
import type { RunRow } from './schemas.ts';

const run: RunRow = {
  ...{
    id: 'a',
    name: '=cmd|"x", y',
    seed: 1,
    status: 'running',
    experimentId: 'e',
    updates: { done: null, planned: 9 },
  },
  ...{ sweep: null, parent: { runId: 'p', update: 3 }, error: null, tags: ['one', 'two'] },
  ...{ createdAt: '2026-01-02T00:00:00.000Z', finishedAt: null, activeAt: null },
  cells: { reward: -0.5, 'grpo.lossType': 'dapo', 'dev/accuracy': null },
};

test('a run is one line: facts, then the columns asked for', () => {
  const [header, line, end] = runsCsv([run], ['reward', 'seed', 'grpo.lossType', 'dev/accuracy']).split('\r\n');
  expect(header).toBe(
    'id,name,seed,status,updates,planned,tags,sweep,parent,created,finished,reward,grpo.lossType,dev/accuracy',
  );
  expect(line).toBe(`a,"'=cmd|""x"", y",1,running,,9,one two,,p@3,2026-01-02T00:00:00.000Z,,-0.5,dapo,`);
  expect(end).toBe('');
});
