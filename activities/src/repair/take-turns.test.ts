/** Turns of a policy that is played by a script: what is kept, masked, drawn, and where it ends. */
import type { Completion } from '@queryloop/contracts';
import type { GenerateRequest } from '@queryloop/policy';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addTurn, type Conversation, openConversation } from './conversation.ts';
import { spreadOverTurns } from './spread-over-turns.ts';
import { type Speaker, takeTurns } from './take-turns.ts';

/** A token is a character's code; 0 ends a completion. */
const idsOf = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));
const textOf = (ids: readonly number[]): string => String.fromCharCode(...ids.filter((id) => id !== 0));

function completion(text: string, finished = true): Completion {
  const ids = [...idsOf(text), ...(finished ? [0] : [])];
  return { ids, logProbs: ids.map(() => -1), text, finished };
}

const conversation = (text: string, finished?: boolean): Conversation =>
  openConversation({ prompt: 'q', promptIds: idsOf('Q?'), key: [3, 1] }, completion(text, finished));

interface Settings {
  repairTurns?: number;
  maxTokens?: number;
  maxPositions?: number;
  atATime?: number;
}

/** The policy writes `answers` one after the other; queries with an x in them fail. */
async function play(
  opened: Conversation[],
  answers: string[],
  { repairTurns = 2, maxTokens = 100, maxPositions = 1000, atATime = 8 }: Settings = {},
) {
  const asked: Omit<GenerateRequest, 'onToken'>[] = [];
  const policy = { tokenizer: { decode: textOf }, config: { maxPositions } };
  const sampler = {
    async generate(request: Omit<GenerateRequest, 'onToken'>) {
      asked.push(request);
      return request.groups.map(() => {
        const whole = [...idsOf(answers.shift() ?? 'ok'), 0];
        const ids = whole.slice(0, request.maxTokens);
        return { completions: [{ ids, logProbs: ids.map(() => -2), finished: ids.length === whole.length }] };
      });
    },
  };
  const repaired = await takeTurns(
    { policy, sampler } as unknown as Speaker,
    {
      completionOf: (ids) => ({ text: textOf(ids) }),
      messageOf: (_, explanation) => ({ text: explanation, ids: idsOf(`<${explanation}>`) }),
    },
    opened,
    {
      repairTurns,
      failuresOf: async (_, turns) =>
        turns.map(({ text }) => (text.includes('x') ? { code: 'syntax', explanation: 'no' } : null)),
      sampling: { temperature: 1, topP: 1, topK: 0, maxTokens, seedKey: [7] },
      atATime,
    },
  );
  return { ...repaired, asked };
}

test('a failed query goes back with its message, which is masked, until one runs', async () => {
  const { conversations, asked, noRoom } = await play([conversation('ax'), conversation('fine')], ['bx', 'c']);
  expect(conversations[0]?.completion).toEqual({
    ids: [...idsOf('ax'), 0, ...idsOf('<no>'), ...idsOf('bx'), 0, ...idsOf('<no>'), ...idsOf('c'), 0],
    logProbs: [-1, -1, -1, 0, 0, 0, 0, -2, -2, -2, 0, 0, 0, 0, -2, -2],
    toolMask: [1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1],
    turns: [
      { text: 'ax', tokens: 3, failure: 'syntax', message: 'no' },
      { text: 'bx', tokens: 3, failure: 'syntax', message: 'no' },
    ],
    text: 'c',
    written: 'ax<no>bx<no>c',
    finished: true,
  });
  // one that ran is as it was
  expect(conversations[1]?.completion).toEqual(completion('fine'));
  expect(asked.map(({ groups }) => groups.map(({ promptIds }) => textOf(promptIds)))).toEqual([
    ['Q?ax<no>'],
    ['Q?ax<no>bx<no>'],
  ]);
  // draws are keyed by turn, then by conversation
  expect(asked.map(({ seedKey, groups }) => [seedKey, groups[0]?.key])).toEqual([
    [
      [7, 2],
      [3, 1],
    ],
    [
      [7, 3],
      [3, 1],
    ],
  ]);
  expect(noRoom).toBe(0);
});

test('what a server says of its tokens is kept, and nothing of messages', () => {
  const served = conversation('ax');
  const opened = { ...served, completion: { ...served.completion, samplingLogProbs: [-3, null, -3] } };
  const message = { failure: 'syntax' as const, text: 'no', ids: idsOf('<>') };
  const sampled = { ids: idsOf('b'), logProbs: [-2], samplingLogProbs: [-4], finished: false };
  const { completion: whole } = addTurn(opened, message, sampled, { next: { text: 'b' }, decode: textOf });
  expect(whole.samplingLogProbs).toEqual([-3, null, -3, null, null, -4]);
  expect(addTurn(served, message, sampled, { next: { text: 'b' }, decode: textOf }).completion).not.toHaveProperty(
    'samplingLogProbs',
  );
});

test('there are no more turns than asked for, whatever fails', async () => {
  const { conversations, asked } = await play([conversation('x')], ['x', 'x', 'x'], { repairTurns: 2 });
  expect(conversations[0]?.completion.turns).toHaveLength(2);
  expect(asked).toHaveLength(2);
  expect((await play([conversation('x')], [], { repairTurns: 0 })).asked).toEqual([]);
});

test.each([
  ['a message that leaves no room for a token', { maxTokens: 7 }],
  ['a prefix that fills the context', { maxPositions: 9 }],
])('%s is not appended', async (_, settings) => {
  const { conversations, noRoom } = await play([conversation('ax')], ['c'], settings);
  expect(conversations[0]?.completion).toEqual(completion('ax'));
  expect(noRoom).toBe(1);
});

test('a turn that was cut off has no room either', async () => {
  const { conversations, noRoom } = await play([conversation('ax', false)], ['c']);
  expect(conversations[0]?.completion.turns).toBeUndefined();
  expect(noRoom).toBe(1);
});

test('what is written beyond the limit of the whole completion is cut', async () => {
  const { conversations } = await play([conversation('ax'), conversation('xxxxx')], ['long', 'longer'], {
    maxTokens: 12,
  });
  const [first, second] = conversations.map((each) => each.completion);
  expect(first).toMatchObject({ text: 'long', finished: true });
  expect(second).toMatchObject({ text: 'lo', finished: false });
  expect(second?.ids).toHaveLength(12);
});

test('conversations are sampled a few at a time, each once a turn', async () => {
  const opened = ['x1', 'x2', 'x3', 'x4', 'x5'].map((text) => conversation(text));
  const { asked, conversations } = await play(opened, [], { atATime: 2, repairTurns: 1 });
  expect(asked.map(({ groups }) => groups.length)).toEqual([2, 2, 1]);
  expect(conversations.map((each) => each.completion.turns?.[0]?.text)).toEqual(['x1', 'x2', 'x3', 'x4', 'x5']);
});

test('lengths, masks and turns always fit together', async () => {
  const word = fc.string({ unit: fc.constantFrom('x', 'y', 'z'), minLength: 1, maxLength: 9 });
  const limits = fc.record({ maxTokens: fc.integer({ min: 9, max: 40 }), repairTurns: fc.integer({ min: 0, max: 4 }) });
  await fc.assert(
    fc.asyncProperty(word, fc.array(word, { maxLength: 4 }), limits, async (first, answers, settings) => {
      const opened = conversation(first, first.length < settings.maxTokens);
      const { conversations } = await play([opened], [...answers], settings);
      const { ids, logProbs, toolMask = ids.map(() => 1), turns = [] } = (conversations[0] as Conversation).completion;
      expect(ids.length).toBeLessThanOrEqual(Math.max(settings.maxTokens, opened.completion.ids.length));
      expect([logProbs.length, toolMask.length]).toEqual([ids.length, ids.length]);
      expect(toolMask.map((on) => (on === 1 ? 1 : 0))).toEqual(logProbs.map((value) => (value < 0 ? 1 : 0)));
      expect(toolMask.at(-1)).toBe(1);
      const spread = spreadOverTurns({ ids, toolMask }, [...turns.map((_, t) => t + 1), turns.length + 1]);
      turns.forEach(({ tokens }, t) => {
        expect(spread.filter((value) => value === t + 1)).toHaveLength(tokens);
      });
      expect(spread.filter((value) => value === 0)).toHaveLength(toolMask.filter((on) => on === 0).length);
    }),
  );
});
