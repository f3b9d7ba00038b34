/** `rollout.server` and `grpo.importanceCorrection`: what is refused, and what holds where nothing is said. */
import { expect, test } from 'vitest';
import { configChanges, revertChanges } from './config-changes.ts';
import { ExperimentConfig } from './experiment-config.ts';
import { correctionOf } from './server-config.ts';
import { generateRolloutInput } from './step-inputs.ts';

const server = { url: 'http://localhost:8000/v1', model: 'm' };

function problems(config: Record<string, unknown>): string[] {
  const { error } = ExperimentConfig.safeParse(config);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test.each([
  [{ rollout: { server: { url: 'localhost:8000', model: 'm' } } }, 'rollout.server.url: expected http(s)://'],
  [{ rollout: { server: { url: 'http://me:key@host/v1', model: 'm' } } }, 'rollout.server.url: expected http(s)://'],
  [{ rollout: { server: { url: 'http://host/v1?key=x', model: 'm' } } }, 'rollout.server.url: expected http(s)://'],
  [{ rollout: { server: { url: server.url } } }, 'rollout.server.model'],
  [
    { rollout: { server: { ...server, apiKey: 'sk-123' } } },
    'rollout.server.apiKey: expected the name of an environment',
  ],
  [{ rollout: { server: { ...server, key: 'x' } } }, 'rollout.server: Unrecognized key'],
  [{ rollout: { server: { ...server, concurrency: 0 } } }, 'rollout.server.concurrency'],
  [{ rollout: { server, temperature: 0.7 } }, 'rollout.temperature: 0.7 does not go with rollout.server'],
  [{ grpo: { importanceCorrection: {} } }, 'grpo.importanceCorrection: is for completions of a server'],
  [
    { rollout: { server }, grpo: { importanceCorrection: { cap: 1, floor: 2 } } },
    'grpo.importanceCorrection.floor: 2 is not below cap (1)',
  ],
])('%j is refused', (config, message) => {
  expect(problems(config)).toHaveLength(1);
  expect(problems(config)[0]).toContain(message);
});

test('corrects as TRL does where nothing is said, and not at all when asked', () => {
  const of = (importanceCorrection?: object) =>
    correctionOf(ExperimentConfig.parse({ rollout: { server }, grpo: { importanceCorrection } }).grpo);
  expect(of()).toEqual({ mode: 'sequence_mask', cap: 3 });
  expect(of({ mode: 'token_truncate', floor: 0.5 })).toEqual({ mode: 'token_truncate', cap: 3, floor: 0.5 });
  expect(of({ mode: 'none' })).toBeNull();
});

test('a config without a server gives steps the inputs of earlier versions', () => {
  const config = ExperimentConfig.parse({});
  const nothing = { kind: 'dataset', hash: '0'.repeat(64), bytes: 1 } as const;
  const policy = { base: nothing, snapshot: nothing, update: 0, replay: [] };
  const prepared = { dataset: nothing, label: '', questions: {} };
  const input = generateRolloutInput(config, { prepared, policy, previous: [] }, { index: 0, of: 1 });
  expect(JSON.stringify(input)).not.toMatch(/"server"|importanceCorrection|served/);
});

test('a server that came with a resume, or went, is undone again', () => {
  const without = ExperimentConfig.parse({});
  const withServer = ExperimentConfig.parse({ rollout: { server } });
  expect(revertChanges(withServer, configChanges(without, withServer))).toEqual(without);
  expect(revertChanges(without, configChanges(withServer, without))).toEqual(withServer);
});
