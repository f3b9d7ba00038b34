import { expect, test } from 'vitest';
import { eventStream } from './event-stream.ts';

const text = new TextDecoder();

async function* messages(count: number, made: number[] = []) {
  for (let id = 1; id <= count; id++) {
    made.push(id);
    yield { event: 'points', data: { text: 'two\nlines' }, id: `at:${id}` };
  }
}

test('messages are framed as the specification says, each with its id, and the stream ends with them', async () => {
  const body = eventStream(messages(2), { heartbeatMs: 1000, onCancel: () => undefined });
  expect(await new Response(body).text()).toBe(
    ['retry: 2000\n\n', ...[1, 2].map((id) => `event: points\nid: at:${id}\ndata: {"text":"two\\nlines"}\n\n`)].join(
      '',
    ),
  );
});

test('a client that does not read gets no messages made for it', async () => {
  const made: number[] = [];
  const body = eventStream(messages(1000, made), { heartbeatMs: 1000, onCancel: () => undefined });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(made.length).toBeLessThanOrEqual(2);
  await body.cancel();
});

test('silence is filled with signs of life, and a client that goes away ends the making of messages', async () => {
  let ended = false;
  let release = (): void => undefined;
  async function* silent(): AsyncGenerator<{ event: string; data: unknown; id: string }> {
    try {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    } finally {
      ended = true;
    }
  }
  const reader = eventStream(silent(), { heartbeatMs: 5, onCancel: () => release() }).getReader();
  const read = async () => text.decode((await reader.read()).value);
  expect([await read(), await read(), await read()]).toEqual(['retry: 2000\n\n', ': alive\n\n', ': alive\n\n']);
  await reader.cancel();
  expect(ended).toBe(true);
});

test('a failure ends the stream, so that the client connects again', async () => {
  // biome-ignore lint/correctness/useYield: it fails before it has anything to give
  async function* failing(): AsyncGenerator<{ event: string; data: unknown; id: string }> {
    throw new Error('the store is locked');
  }
  const reader = eventStream(failing(), { heartbeatMs: 1000, onCancel: () => undefined }).getReader();
  await reader.read();
  await expect(reader.read()).rejects.toThrow('locked');
});
