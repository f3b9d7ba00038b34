/** What every step cache must do; each implementation's test runs it. */
import type { ArtifactKind, ArtifactRef } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { hashText } from './content-hash.ts';
import { openStepCacheIn, type Records } from './step-cache.ts';

const key = (text: string): string => hashText(text).hash;
const artifact = (kind: ArtifactKind, text: string): ArtifactRef => ({ kind, ...hashText(text) });

/** Registers the tests; `open` gives records, on the same content at each call. */
export function stepCacheContract(open: () => Records): void {
  const cache = () => openStepCacheIn(open());

  test('gives back what a step was given and gave', async () => {
    const step = {
      step: 'scoreCompletions',
      input: { update: 3, name: 'Björn' },
      output: { metrics: { reward: 0.25 } },
    };
    expect(await cache().get(key('a'))).toBeNull();
    await cache().put(key('a'), step);
    expect(await cache().get(key('a'))).toEqual(step);
    expect(await cache().get(key('b'))).toBeNull();
    const changed = { ...step, output: { metrics: { reward: 0.5 } } };
    await cache().put(key('a'), changed);
    expect(await cache().get(key('a'))).toEqual(changed);
  });

  test('knows the producer of what a step made, not of what it only handed on', async () => {
    const base = artifact('checkpoint', 'base');
    const rollout = artifact('rollout', 'rollout');
    const snapshot = artifact('checkpoint', 'snapshot');
    const update = {
      step: 'updatePolicy',
      input: { policy: { base, snapshot: base, replay: [] }, scored: [{ rollout }] },
      output: { policy: { base, snapshot, replay: [{ scored: [rollout] }] } },
    };
    await cache().put(key('update'), update);
    expect(await cache().producerOf(snapshot)).toEqual(update);
    expect(await cache().producerOf(base)).toBeNull();
    expect(await cache().producerOf(rollout)).toBeNull();
    expect(await cache().producerOf({ ...snapshot, kind: 'dataset' })).toBeNull();
  });

  test('the first step that made an artifact stays its producer', async () => {
    const rewards = artifact('rewards', 'rewards');
    const first = { step: 'scoreCompletions', input: { update: 1 }, output: { rewards } };
    await cache().put(key('first'), first);
    await cache().put(key('second'), { ...first, input: { update: 2 } });
    expect(await cache().producerOf(rewards)).toEqual(first);
  });

  test('what is damaged is unknown, and is written anew', async () => {
    const predictions = artifact('predictions', 'predictions');
    const step = { step: 'evaluatePolicy', input: {}, output: { predictions, accuracy: 0.5 } };
    const name = `steps/${key('damaged').slice(0, 2)}/${key('damaged')}.json`;
    const note = `producers/predictions/${predictions.hash.slice(0, 2)}/${predictions.hash}.json`;
    await cache().put(key('damaged'), step);
    const whole = (await open().read(name)) ?? '';
    const damages = [
      whole.replace('0.5', '0.7'),
      whole.slice(0, -9),
      '',
      'null',
      '[]',
      '{"value":1}',
      '\u0000'.repeat(99),
    ];
    for (const damaged of damages) {
      expect(damaged).not.toBe(whole);
      await open().write(name, damaged);
      expect(await cache().get(key('damaged'))).toBeNull();
      expect(await cache().producerOf(predictions)).toBeNull();
    }
    await open().write(note, whole.slice(3));
    await cache().put(key('damaged'), step);
    expect(await cache().get(key('damaged'))).toEqual(step);
    expect(await cache().producerOf(predictions)).toEqual(step);
  });

  test('writers of the same step do not disturb each other', async () => {
    const step = { step: 's', input: {}, output: { rows: Array.from({ length: 500 }, (_, index) => index) } };
    await Promise.all(Array.from({ length: 8 }, () => cache().put(key('same'), step)));
    expect(await cache().get(key('same'))).toEqual(step);
  });
}
