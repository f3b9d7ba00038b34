/** Faults of servers are waited out, mistakes of users are not; and each program is asked in its own words. */
import { join } from 'node:path';
import { ServerConfig, UserError } from '@queryloop/contracts';
import { loadTokenizer, type Tokenizer } from '@queryloop/policy';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Reply, type ScriptedServer, scriptedServer, wholeAnswer } from './scripted-server.fixture.ts';
import { type AskedSampling, inParallel, openServer } from './server.ts';
import { configFields, ServerFault } from './server-fault.ts';

const golden = join(import.meta.dirname, '../../../test/golden/fixtures/llama-tiny');
const sampling: AskedSampling = { maxTokens: 8, temperature: 1, topP: 0.9, topK: 0, seed: 5, forTraining: true };
let tokenizer: Tokenizer;
let scripted: ScriptedServer;
beforeAll(async () => {
  ({ tokenizer } = await loadTokenizer(golden));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await scripted.close();
});

interface Ask {
  fields?: Record<string, unknown>;
  signal?: AbortSignal;
  asked?: Partial<AskedSampling>;
  options?: Parameters<typeof scriptedServer>[1];
}

async function opened(replies: Reply[], { fields = {}, signal, options }: Omit<Ask, 'asked'> = {}) {
  scripted = await scriptedServer(replies, options);
  const config = ServerConfig.parse({ url: scripted.url, model: 'm', patienceSeconds: 30, ...fields });
  return openServer({ ...config, fields: configFields }, signal ?? new AbortController().signal);
}

async function ask(replies: Reply[], { asked = {}, ...how }: Ask = {}) {
  const server = await opened(replies, how);
  return server.complete([1, 2, 3], { ...sampling, ...asked }, tokenizer).finally(() => server.close());
}

const failureOf = (answer: Promise<unknown>) =>
  answer.then(
    () => undefined,
    (error: unknown) => error,
  );

it('tries again after everything that time mends', async () => {
  const cut: Reply = (response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"choices":');
    setTimeout(() => response.destroy(), 10);
  };
  const faults: Reply[] = [
    { status: 500, body: { error: { message: 'engine died' } } },
    { status: 503, body: { error: { message: 'Loading model' } } },
    { status: 429, body: 'slow down', headers: { 'retry-after': '0.1' } },
    (response) => response.destroy(),
    cut,
    { body: 'no JSON' },
    { body: { choices: [] } },
  ];
  // one pause after the other would take a while
  for (const fault of faults) {
    const { ids } = await ask([fault]);
    expect(ids).toEqual([7, 510]);
    expect(scripted.asked).toHaveLength(2);
    await scripted.close();
  }
});

it('asks again for what takes longer than it may', async () => {
  const answer = await ask([() => undefined], { fields: { timeoutSeconds: 0.3 } });
  expect(answer.ids).toEqual([7, 510]);
  expect(scripted.asked).toHaveLength(2);
});

it('gives up, as after any fault, when the server was away for too long', async () => {
  const busy = new Array<Reply>(50).fill({ status: 500, body: { error: { message: 'engine died' } } });
  const failure = await failureOf(ask(busy, { fields: { patienceSeconds: 1 } }));
  expect(failure).toBeInstanceOf(ServerFault);
  expect((failure as Error).message).toBe(
    `rollout server ${scripted.url} (model m) refused /completions (500): engine died`,
  );
  expect(scripted.asked.length).toBeGreaterThan(1);
});

it('waits no longer once it is cancelled', async () => {
  const cancel = new AbortController();
  setTimeout(() => cancel.abort(new Error('enough')), 200);
  const hanging = new Array<Reply>(5).fill(() => undefined);
  expect(await failureOf(ask(hanging, { signal: cancel.signal }))).toEqual(new Error('enough'));
});

it('asks nothing more once it is closed', async () => {
  const server = await opened([() => undefined, ...new Array<Reply>(5).fill({ status: 500, body: {} })]);
  const failures = [1, 2].map(() => failureOf(server.complete([1, 2, 3], sampling, tokenizer)));
  await vi.waitFor(() => expect(server.trouble()).toContain('(500)'), 10_000);
  const begun = performance.now();
  await server.close();
  for (const failure of await Promise.all(failures)) {
    expect(failure).not.toBeInstanceOf(ServerFault);
    expect((failure as Error).message).toContain('was closed');
  }
  expect(performance.now() - begun).toBeLessThan(2000);
});

it.each([
  [401, { error: { message: 'no key' } }, 'rollout.server.apiKey', 'no key'],
  [404, { detail: 'Not Found' }, 'rollout.server.url', 'Not Found'],
  [400, { error: { message: 'exceeds the available context size', type: 'x' } }, 'prompt', 'context size (x)'],
  [400, { message: 'unknown field' }, 'rollout.server.url', 'unknown field'],
  [429, { error: { message: 'pay', code: 'insufficient_quota' } }, 'rollout.server.url', 'insufficient_quota'],
  [308, '', 'rollout.server.url', '(308)'],
])('status %i is the user’s to mend: asked once', async (status, body, field, said) => {
  const failure = await failureOf(ask([{ status, body }]));
  expect(failure).toBeInstanceOf(UserError);
  expect(failure).toMatchObject({ field });
  expect((failure as UserError).message).toContain(said);
  expect((failure as UserError).message).toContain(scripted.url);
  expect((failure as UserError).hint).toBeTruthy();
  expect(scripted.asked).toHaveLength(1);
});

it('lists what is served when the model is not among it, and takes any name where there is no list', async () => {
  const failure = await failureOf(ask([], { fields: { model: 'n' } }));
  expect((failure as UserError).message).toBe(`${scripted.url} does not serve "n"; it serves "m"`);
  expect(scripted.asked).toHaveLength(0);
  await scripted.close();
  const text = { choices: [{ text: 'SELECT', finish_reason: 'stop' }] };
  const answer = await ask([{ body: text }], {
    fields: { model: 'n' },
    asked: { forTraining: false },
    options: { models: { status: 404, body: {} } },
  });
  expect(tokenizer.decode(answer.ids)).toBe('SELECT');
});

it('refuses to train on completions without log-probabilities', async () => {
  const failure = await failureOf(ask([{ body: { choices: [{ text: 'x', finish_reason: 'stop' }] } }]));
  expect(failure).toBeInstanceOf(UserError);
  expect((failure as UserError).message).toContain('no log-probabilities');
});

it('takes the key from the environment, and shows it nowhere', async () => {
  const fields = { apiKey: 'ROLLOUT_KEY' };
  expect(await failureOf(ask([], { fields }))).toMatchObject({ field: 'rollout.server.apiKey' });
  await scripted.close();
  vi.stubEnv('ROLLOUT_KEY', 'secret-key');
  await ask([], { fields });
  expect(scripted.asked[0]?.authorization).toBe('Bearer secret-key');
  await scripted.close();
  const failure = await failureOf(ask([{ status: 403, body: { error: { message: 'no' } } }], { fields }));
  expect(JSON.stringify([failure, (failure as Error).message, (failure as UserError).hint])).not.toContain(
    'secret-key',
  );
});

it('asks vLLM and llama.cpp in their own words, and others in common ones', async () => {
  const bodyFor = async (ownedBy: string) => {
    await ask([{ body: wholeAnswer }], { options: { ownedBy } });
    const { body } = scripted.asked[0] ?? {};
    await scripted.close();
    return body;
  };
  const common = { model: 'm', max_tokens: 8, temperature: 1, top_p: 0.9, seed: 5, logprobs: 1 };
  expect(await bodyFor('vllm')).toEqual({
    ...{ ...common, prompt: [1, 2, 3], top_k: -1, min_p: 0, repetition_penalty: 1 },
    ...{ return_token_ids: true, return_tokens_as_token_ids: true, stop_token_ids: [510] },
  });
  expect(await bodyFor('llamacpp')).toEqual({
    ...{ ...common, prompt: [1, 2, 3], top_k: 0, min_p: 0, typical_p: 1, repeat_penalty: 1 },
    samplers: ['temperature', 'top_k', 'top_p'],
  });
  expect(await bodyFor('library')).toEqual({ ...common, prompt: tokenizer.decode([1, 2, 3]) });
});

it('asks for messages as neutrally as for completions, whatever a model brings as defaults', async () => {
  const message = { choices: [{ message: { content: 'SELECT' }, finish_reason: 'stop' }] };
  const messages = [{ role: 'user' as const, content: 'How many?' }];
  const bodyFor = async (ownedBy: string) => {
    const server = await opened([{ body: message }], { options: { ownedBy } });
    const greedy = { maxTokens: 8, temperature: 0, topP: 1, topK: 0, forTraining: false };
    await server.write(messages, greedy).finally(() => server.close());
    const { path, body } = scripted.asked[0] ?? {};
    await scripted.close();
    expect(path).toBe('/v1/chat/completions');
    return body;
  };
  const common = { model: 'm', messages, max_tokens: 8, temperature: 0, top_p: 1 };
  expect(await bodyFor('vllm')).toEqual({ ...common, top_k: -1, min_p: 0, repetition_penalty: 1 });
  expect(await bodyFor('llamacpp')).toEqual({
    ...{ ...common, top_k: 0, min_p: 0, typical_p: 1, repeat_penalty: 1 },
    samplers: ['temperature', 'top_k', 'top_p'],
  });
  expect(await bodyFor('library')).toEqual(common);
});

describe('a server that seems to have dropped the beginning of a prompt', () => {
  const usage = (read: number) => ({ usage: { prompt_tokens: read, completion_tokens: 2 } });
  const noticed = async (ownedBy: string, read: number) => {
    const server = await opened([{ body: { ...wholeAnswer, ...usage(read) } }], { options: { ownedBy } });
    await server.complete([1, 2, 3], sampling, tokenizer);
    await server.close();
    await scripted.close();
    return server.promptsSeemingCut();
  };

  it('is noticed by its count of tokens that were sent', async () => {
    expect(await noticed('vllm', 2)).toBe(1);
    for (const read of [0, 3, 4]) expect(await noticed('vllm', read)).toBe(0);
    // of a text it need not add the beginning
    expect(await noticed('library', 2)).toBe(0);
  });

  it('is noticed by far too few tokens for the text', async () => {
    const greedy = { maxTokens: 8, temperature: 0, topP: 1, topK: 0, forTraining: false };
    const [schema, question] = ['x'.repeat(800), 'y'.repeat(80)];
    const messages = [
      { role: 'system' as const, content: schema },
      { role: 'user' as const, content: question },
    ];
    const written = (read: number) => ({
      choices: [{ text: 'x', message: { content: 'x' }, finish_reason: 'stop' }],
      ...usage(read),
    });
    for (const prompt of [messages, schema + question]) {
      const server = await opened([{ body: written(109) }, { body: written(110) }]);
      for (let asked = 0; asked < 2; asked++) {
        expect(await server.write(prompt, greedy)).toMatchObject({ text: 'x' });
        expect(server.promptsSeemingCut()).toBe(1);
      }
      await server.close();
      await scripted.close();
    }
  });
});

it('works on so many at a time, and stops at the first error', async () => {
  scripted = await scriptedServer([]);
  let running = 0;
  let most = 0;
  const items = Array.from({ length: 20 }, (_, i) => i);
  await inParallel(items, 4, async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running -= 1;
  });
  expect(most).toBe(4);
  const begun: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    if (item === 3) throw new Error('stop');
  };
  await expect(inParallel(items, 1, work)).rejects.toThrow('stop');
  expect(begun).toEqual([0, 1, 2, 3]);
});
