/** What `queryloop evaluate --server` makes of servers that are not there, or answer oddly. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtifactRef, ExperimentConfig, prepareDatasetInput, ServerConfig, UserError } from '@queryloop/contracts';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { prepareDataset } from '../prepare-dataset.ts';
import { contextIn } from '../step-context.fixture.ts';
import { evaluateServed } from './evaluate-served.ts';
import { type Reply, type ScriptedServer, scriptedServer } from './scripted-server.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-served-'));
const context = contextIn(folder);
let dataset: ArtifactRef;
let scripted: ScriptedServer | undefined;
beforeAll(async () => {
  const config = { dataset: { name: 'built-in-world' }, policy: { folder: '.' }, prompt: { style: 'zero-shot' } };
  ({ dataset } = await prepareDataset(prepareDatasetInput(ExperimentConfig.parse(config)), context));
});
afterEach(() => scripted?.close());
afterAll(() => rmSync(folder, { recursive: true }));

function evaluate(url: string, fields: Record<string, unknown> = {}) {
  const server = {
    ...ServerConfig.parse({ url, model: 'm', ...fields }),
    fields: { url: '--server', model: '--model', apiKey: '--api-key-variable' },
  };
  return evaluateServed({ dataset, split: 'dev', database: 'sqlite', maxTokens: 16, server }, context);
}

const failureOf = (evaluation: Promise<unknown>) =>
  evaluation.then(
    () => undefined,
    (error: unknown) => error,
  );

it('says soon, and as a mistake, that nobody answers at the address', async () => {
  scripted = await scriptedServer([]);
  const { url } = scripted;
  await scripted.close();
  const begun = performance.now();
  const failure = await failureOf(evaluate(url));
  expect(performance.now() - begun).toBeLessThan(15_000);
  expect(failure).toBeInstanceOf(UserError);
  expect(failure).toMatchObject({ field: '--server' });
  expect((failure as UserError).message).toContain(`${url} (model m) cannot be reached: connection refused`);
  expect((failure as UserError).hint).toContain(`--server ${url}`);
});

it('waits for a server that has been met, and then says whose fault it is without a stack trace', async () => {
  const busy: Reply = { status: 503, body: { error: { message: 'Loading model' } } };
  scripted = await scriptedServer(new Array<Reply>(1000).fill(busy));
  const failure = await failureOf(evaluate(scripted.url, { patienceSeconds: 1 }));
  expect(failure).toBeInstanceOf(UserError);
  expect(failure).toMatchObject({ field: '--server' });
  expect((failure as UserError).message).toContain('(503): Loading model');
  expect((failure as UserError).hint).toContain('--server');
});

it('counts the answers that ended at the limit, which a model that reasons may give without a word', async () => {
  const answer = (content: string | null, reason: string): Reply => ({
    body: { choices: [{ message: { content }, finish_reason: reason }] },
  });
  const whole = new Array<Reply>(1000).fill(answer('SELECT 1', 'stop'));
  scripted = await scriptedServer([answer(null, 'length'), answer('SELECT', 'length'), ...whole]);
  const { cut } = await evaluate(scripted.url);
  expect(cut).toEqual({ answers: 2, prompts: 0, of: scripted.asked.length, maxTokens: 16 });
});

it('counts the prompts of which a server says to have read fewer tokens than they have', async () => {
  const answer = (read: number): Reply => ({
    body: {
      choices: [{ message: { content: 'SELECT 1' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: read, completion_tokens: 2 },
    },
  });
  scripted = await scriptedServer([answer(2), answer(2), answer(0), ...new Array<Reply>(1000).fill(answer(5000))]);
  const { cut } = await evaluate(scripted.url);
  expect(cut).toMatchObject({ answers: 0, prompts: 2 });
});
