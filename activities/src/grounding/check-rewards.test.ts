import { outcomeClasses, type Rewards } from '@queryloop/contracts';
import { bindPlaceholders } from '@queryloop/text-to-sql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HandMadeWorld, openHandMadeWorld } from '../hand-made-rollout.fixture.ts';
import { openScorer, type QueryScorer } from '../query-scorer.ts';
import { checkGrounded } from './check-grounded.ts';

let world: HandMadeWorld;
let scorer: QueryScorer;
/** Train questions of each kind of answer, with a query that is right about them. */
let many: Asked;
let none: Asked;
let no: Asked;

interface Asked {
  question: number;
  answer: string;
  sql: string;
}

beforeAll(async () => {
  world = await openHandMadeWorld();
  scorer = await openScorer(world.dataset, 'train', 'sqlite', world.context);
  const count = (where: string) => `SELECT COUNT(*) ${medals}${where}`;
  const conditions = [
    '',
    ' AND m.type = {type}',
    ' AND m.year = {year}',
    ' AND t.name = {tournament}',
    ' AND m.location = {city}',
  ];
  const counts = conditions.map((_, i) => count([' WHERE a.name = {athlete}', ...conditions.slice(1, i + 1)].join('')));
  const single = conditions.slice(1).map((condition) => count(` WHERE a.name = {athlete}${condition}`));
  const all = [...counts, ...single];
  const said = all.map(
    (sql) => `SELECT CASE WHEN n > 0 THEN 'Yes' ELSE 'No' END FROM (${sql.replace('COUNT(*)', 'COUNT(*) AS n')}) x`,
  );
  many = await rightAbout((answer) => Number(answer) > 2, all);
  none = await rightAbout((answer) => answer === '0', all);
  no = await rightAbout((answer) => answer.toLowerCase() === 'no', said);
});
afterAll(() => world.close());

const medals =
  'FROM Medal m JOIN Format f ON f.format_id = m.format_id JOIN Tournament t ON t.tournament_id = f.tournament_id JOIN Athlete a ON a.athlete_id = t.athlete_id';

async function rightAbout(fits: (answer: string) => boolean, queries: readonly string[]): Promise<Asked> {
  const { questions } = world.dataset.splits.train;
  const attempts = questions
    .flatMap(({ answer, bindings }, question) => (fits(answer) && bindings['athlete'] ? [question] : []))
    .slice(0, 200)
    .flatMap((question) => {
      const names = Object.keys(questions[question]?.bindings ?? {});
      return queries
        .filter(
          (sql) =>
            names.every((name) => sql.includes(`{${name}}`)) && (sql.match(/\{\w+\}/g) ?? []).length === names.length,
        )
        .map((sql) => ({ question, sql }));
    });
  const scored = await scorer.score(attempts);
  const found = attempts[scored.findIndex(({ correct }) => correct)];
  if (found === undefined) throw new Error('no such question in the built-in world');
  return { ...found, answer: questions[found.question]?.answer ?? '' };
}

const grounded = async (asked: Asked, queries: readonly string[]) => {
  const question = world.dataset.splits.train.questions[asked.question];
  if (question === undefined) throw new Error('no such question');
  const written = queries.map((sql) => ({ sql: bindPlaceholders(sql, question.bindings), question }));
  return await checkGrounded(written, world.dataset, world.context);
};

test('queries that hack are found out, and those that read survive, also where they are right to find nothing', async () => {
  const { answer } = many;
  const hacks = [
    `SELECT ${answer}`,
    `SELECT ${answer} + 0 FROM Athlete LIMIT 1`,
    `SELECT COUNT(*) FROM Format WHERE format_id <= ${answer}`,
  ];
  expect(await grounded(many, [many.sql, ...hacks])).toEqual([true, false, false, false]);
  const nothing = [
    'SELECT 0',
    'SELECT COUNT(*) FROM Athlete WHERE 1 = 0',
    "SELECT COUNT(*) FROM Athlete WHERE name = 'nobody at all'",
    // Looks at the right rows, for what none can have.
    `SELECT COUNT(*) ${medals} WHERE a.name = {athlete} AND m.year < 1000`,
  ];
  expect(await grounded(none, [none.sql, ...nothing])).toEqual([true, false, false, false, false]);
  const never = ["SELECT 'No'", "SELECT CASE WHEN COUNT(*) > 0 THEN 'Yes' ELSE 'No' END FROM Athlete WHERE 1 = 0"];
  expect(await grounded(no, [no.sql, ...never])).toEqual([true, false, false]);
});

test('a query that only another engine runs is undecided', async () => {
  const question = world.dataset.splits.train.questions[many.question];
  if (question === undefined) throw new Error('no such question');
  const sql = 'SELECT no_such_function(year) FROM Medal';
  expect(await checkGrounded([{ sql, question }], world.dataset, world.context)).toEqual([null]);
});

test('the metric counts distinct rewarded queries of the policy: not proposals, not wrong ones', async () => {
  const { answer, sql, question } = many;
  const queries = [`SELECT ${answer}`, `SELECT ${answer}`, sql, `SELECT ${answer} * 1`, 'SELECT 999', 'SELECT wrong'];
  const group = { questions: [question], queries, proposed: [`SELECT ${answer} FROM Medal LIMIT 1`] };
  const { metrics } = await world.scoreWith([group]);
  expect(metrics).toMatchObject({ 'rewards/grounded_checked': 3, 'rewards/false_rate': 2 / 3 });
  expect(metrics).not.toHaveProperty('rewards/withheld');
  const none = await world.scoreWith([{ questions: [question], queries: ['SELECT 999'] }]);
  expect(none.metrics['rewards/grounded_checked']).toBe(0);
  expect(none.metrics).not.toHaveProperty('rewards/false_rate');
});

test('the sample is drawn from the rollout, never larger than asked, and nothing is checked without one', async () => {
  const { answer, question } = many;
  const queries = Array.from({ length: 20 }, (_, i) => `SELECT ${answer} + ${i} - ${i}`);
  const sampled = async (groundedSample: number) =>
    (await world.scoreWith([{ questions: [question], queries }], { reward: { groundedSample } })).metrics;
  expect((await sampled(5))['rewards/grounded_checked']).toBe(5);
  expect(await sampled(5)).toEqual(await sampled(5));
  expect(await sampled(0)).not.toHaveProperty('rewards/grounded_checked');
  const parts = [0, 1, 2].map((index) =>
    world.scoreWith([{ questions: [question], queries }], { reward: { groundedSample: 10 }, shard: { index, of: 3 } }),
  );
  const checked = (await Promise.all(parts)).map(({ metrics }) => metrics['rewards/grounded_checked']);
  expect(checked).toEqual([3, 3, 4]);
});

test('rewards stay as they are unless grounding is required; then a policy that hacks gets none', async () => {
  const { answer, sql, question } = many;
  const group = {
    questions: [question],
    queries: [`SELECT ${answer}`, sql, 'SELECT 999', 'SELECT wrong'],
    proposed: [`SELECT ${answer} FROM Medal LIMIT 1`],
  };
  const scored = async (reward: object) => {
    const { rewards, metrics } = await world.scoreWith([group], { reward });
    return { ...(await world.context.artifacts.getJson<Rewards>(rewards)), metrics };
  };
  const plain = await scored({});
  expect(plain.rewards).toEqual([[1, 1, 0, -0.5, null]]);
  expect(plain.rewards).toEqual((await scored({ groundedSample: 0 })).rewards);
  const required = await scored({ requireGrounded: true });
  expect(required.rewards).toEqual([[0, 1, 0, -0.5, null]]);
  expect(required.metrics).toMatchObject({
    'rewards/false_rate': 0.5,
    'rewards/withheld': 0.25,
    'rewards/accuracy/mean': 0.25,
  });
  expect(outcomeClasses.reduce((sum, name) => sum + (required.metrics[`outcomes/${name}`] ?? 0), 0)).toBeCloseTo(1);
  expect(Object.values(required.solved)[0]).toBe((Object.values(plain.solved)[0] ?? 0) / 2);
});

test('a proposal that hacks joins no group where grounding is required', async () => {
  const { answer, question } = many;
  const group = {
    questions: [question],
    queries: ['SELECT 999', 'SELECT 998'],
    proposed: [`SELECT ${answer} FROM Medal LIMIT 1`],
  };
  const rewardsOf = async (reward: object) =>
    (await world.context.artifacts.getJson<Rewards>((await world.scoreWith([group], { reward })).rewards)).rewards;
  expect(await rewardsOf({})).toEqual([[0, 0, 1]]);
  expect(await rewardsOf({ requireGrounded: true })).toEqual([[0, 0, null]]);
});

test('what a comparator takes for right is rewarded by it, and so is checked', async () => {
  const { answer, question, sql } = many;
  const list = Array.from({ length: 40 }, (_, n) => n).join(', ');
  const group = { questions: [question], queries: [`SELECT '${list}'`, sql, `SELECT ${answer}`] };
  const reward = { functions: [{ name: 'ems' }] };
  const plain = await world.scoreWith([group], { reward });
  expect(plain.metrics).toMatchObject({ 'rewards/grounded_checked': 3, 'rewards/false_rate': 2 / 3 });
  const required = await world.scoreWith([group], { reward: { ...reward, requireGrounded: true } });
  const rewardsOf = async (ref: typeof plain.rewards) => (await world.context.artifacts.getJson<Rewards>(ref)).rewards;
  expect(await rewardsOf(plain.rewards)).toEqual([[1, 1, 1]]);
  expect(await rewardsOf(required.rewards)).toEqual([[0, 1, 0]]);
});
