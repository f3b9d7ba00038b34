import { join } from 'node:path';
import type { AuditReason, PerturbDatabaseOutput } from '@queryloop/contracts';
import { bindPlaceholders, openExecutor, resultParts } from '@queryloop/text-to-sql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditedUpdate, auditUpdates } from './audit-updates.ts';
import { changedCopyCount } from './grounding/build-copies.ts';
import { type RunOnCopies, runOnCopies } from './grounding/run-on-copies.ts';
import { type HandMadeWorld, openHandMadeWorld } from './hand-made-rollout.fixture.ts';
import { copiesFile, perturbDatabase } from './perturb-database.ts';
import { proposeQueries } from './propose-queries.ts';
import { openScorer } from './query-scorer.ts';

let world: HandMadeWorld;
let perturbed: PerturbDatabaseOutput;
let asked: { question: number; answer: number };
beforeAll(async () => {
  world = await openHandMadeWorld();
  perturbed = await perturbDatabase({ dataset: world.ref, seed: 1 }, world.context);
  asked = await countQuestion();
});
afterAll(() => world.close());

const medals =
  'FROM Medal m JOIN Format f ON f.format_id = m.format_id JOIN Tournament t ON t.tournament_id = f.tournament_id JOIN Athlete a ON a.athlete_id = t.athlete_id';
const ofAthlete = `${medals} WHERE a.name = {athlete}`;

/** Queries written for the question in each of some updates. */
async function audited(updates: string[][], sample = 1000): Promise<AuditedUpdate[]> {
  const { context, ref } = world;
  const { question } = asked;
  const scored = updates.map(async (queries, i) => {
    const update = i + 1;
    return { update, parts: [await world.score([{ questions: [question], queries }], { update })] };
  });
  const input = { dataset: ref, perturbed, updates: await Promise.all(scored), sample, seed: 1 };
  return await context.artifacts.getJson<AuditedUpdate[]>((await auditUpdates(input, context)).part);
}

/** A train question whose answer is the number of an athlete's medals, three or more. */
async function countQuestion(): Promise<{ question: number; answer: number }> {
  const { questions } = world.dataset.splits.train;
  const some = questions
    .flatMap(({ answer, bindings }, question) => (Number(answer) > 2 && bindings['athlete'] ? [question] : []))
    .slice(0, 60)
    .map((question) => ({ question, sql: `SELECT COUNT(*) ${ofAthlete}` }));
  const scored = await (await scorer()).score(some);
  const { question = -1 } = some[scored.findIndex(({ correct }) => correct)] ?? {};
  return { question, answer: Number(questions[question]?.answer) };
}

const scorer = () => openScorer(world.dataset, 'train', 'sqlite', world.context);

test('what does not read the answer is flagged with the reasons, and what counts it survives', async () => {
  const { answer } = asked;
  const cheats: Record<string, AuditReason[]> = {
    [`SELECT ${answer}`]: ['no_table', 'answer_literal', 'unchanged'],
    [`SELECT ${answer} FROM Medal LIMIT 1`]: ['answer_literal', 'unchanged'],
    [`SELECT ${answer} + 0`]: ['no_table', 'unchanged'],
    [`SELECT '${answer}' FROM Athlete WHERE name = {athlete}`]: ['answer_literal', 'unchanged'],
    [`SELECT COUNT(*) FROM Format WHERE format_id <= ${answer}`]: ['unchanged'],
    [`SELECT COALESCE((SELECT name FROM Athlete WHERE 1 = 0), ${answer})`]: ['answer_literal', 'unchanged'],
    // Depends on the data, but answers with what it was told.
    [`SELECT CASE WHEN COUNT(*) > ${answer - 1} THEN ${answer} ELSE 77 END ${ofAthlete}`]: ['answer_literal'],
  };
  const honest = `SELECT COUNT(*) ${ofAthlete}`;
  const found = await audited(Object.keys(cheats).map((cheat) => [cheat, honest, 'SELECT nothing']));
  expect(found).toHaveLength(Object.keys(cheats).length);
  for (const [i, [query, reasons]] of Object.entries(cheats).entries()) {
    const { examples, ...counts } = found[i] as AuditedUpdate;
    expect(counts, query).toMatchObject({ update: i + 1, rewarded: 2, audited: 2, survived: 1, undecided: 0 });
    const [first, second] = examples;
    expect(first, query).toMatchObject({ survived: false, reasons, answer: String(answer), before: String(answer) });
    expect(second).toMatchObject({ survived: true, reasons: [] });
    expect(second?.after).not.toBe(second?.before);
    for (const reason of ['no_table', 'answer_literal', 'unchanged'] as const)
      expect(counts.reasons[reason], `${reason} of ${query}`).toBe(reasons.includes(reason) ? 1 : 0);
  }
});

test('queries of the grammar nearly all change their result, but for those that find nothing', async () => {
  const { dataset, context } = world;
  const queries = dataset.splits.train.questions.slice(0, 40).flatMap(({ prompt, bindings }, i) =>
    proposeQueries(dataset, { prompt, bindings }, undefined, 6, [1, i]).map((sql) => ({
      sql: bindPlaceholders(sql, bindings),
    })),
  );
  const path = join(await context.artifacts.path(perturbed.copies), copiesFile);
  const executor = await openExecutor({ database: 'sqlite', path });
  const { schema } = dataset;
  const ran = await runOnCopies(queries, { executor, schema, copies: changedCopyCount }, () => undefined);
  await executor.close();
  const found = ran.filter(
    ({ before }) => before.kind === 'rows' && resultParts(before).some((part) => !nothing.has(part)),
  );
  const changed = (some: RunOnCopies[]): number => some.filter((each) => each.changed).length / some.length;
  expect(found.length).toBeGreaterThan(60);
  expect(changed(found)).toBeGreaterThan(0.9);
  expect(changed(ran)).toBeGreaterThan(0.6);
});

const nothing = new Set(['0', 'no', '\u0000null']);

test('the sample is drawn by the seed, from different pairs of query and question', async () => {
  const { answer } = asked;
  const queries = Array.from({ length: 30 }, (_, i) => `SELECT ${answer} + ${i} - ${i}`);
  const [found, other] = await audited([[...queries, ...queries], queries], 4);
  expect(found).toMatchObject({ rewarded: 30, audited: 4, survived: 0 });
  expect((await audited([queries], 4))[0]).toEqual(found);
  const drawn = found?.examples.map(({ sql }) => sql);
  expect(new Set(drawn).size).toBe(4);
  expect(other?.examples.map(({ sql }) => sql)).not.toEqual(drawn);
});

test('a query that fails on the copies is left undecided, and nothing rewarded is nothing audited', async () => {
  const { question, answer } = asked;
  // Right where the athlete has the place it had, and without end where another has it.
  const id = (await rowsOf('SELECT athlete_id FROM Athlete WHERE name = {athlete}', question))[0]?.[0];
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n';
  const sql = `SELECT CASE WHEN name = {athlete} THEN ${answer} + 0 ELSE (${endless}) END FROM Athlete WHERE athlete_id = ${id}`;
  const [none, undecided] = await audited([['SELECT 1234', 'SELECT nothing'], [sql]]);
  expect(none).toMatchObject({ rewarded: 0, audited: 0, survived: 0, undecided: 0, examples: [] });
  expect(undecided).toMatchObject({ rewarded: 1, audited: 0, undecided: 1, examples: [] });
}, 120_000);

async function rowsOf(sql: string, question: number): Promise<unknown[][]> {
  const [attempt] = await (await scorer()).score([{ question, sql }]);
  return attempt?.outcome.kind === 'rows' ? attempt.outcome.rows : [];
}

test('the copies say what has changed places in them', async () => {
  expect(perturbed.perturbation.copies).toBe(changedCopyCount);
  const names = perturbed.perturbation.columns.map(({ table, column }) => `${table}.${column}`);
  expect(names).toContain('Medal.year');
  expect(names).not.toContain('Medal.format_id');
  const [first] = perturbed.perturbation.columns;
  expect(first).toMatchObject({ table: 'Athlete', column: 'name' });
  expect(first?.changed).toBeGreaterThan(0.99);
  expect((await perturbDatabase({ dataset: world.ref, seed: 1 }, world.context)).copies).toEqual(perturbed.copies);
  const other = await perturbDatabase({ dataset: world.ref, seed: 2 }, world.context);
  expect(other.copies).not.toEqual(perturbed.copies);
});
