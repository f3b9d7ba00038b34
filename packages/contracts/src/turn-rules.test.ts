import { expect, test } from 'vitest';
import { ExperimentConfig } from './experiment-config.ts';

const problems = (config: object): string[] =>
  (ExperimentConfig.safeParse(config).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

test('rewards of turns need turns, and a sum', () => {
  const perTurn = { reward: { perTurn: true } };
  expect(problems(perTurn)[0]).toMatch(/^reward\.perTurn: there is one turn only; set rollout\.repairTurns/);
  expect(problems({ ...perTurn, rollout: { repairTurns: 2 } })).toEqual([]);
  const gdpo = { perTurn: true, combine: 'gdpo' };
  expect(problems({ reward: gdpo, rollout: { repairTurns: 2 } })[0]).toMatch(/reward\.combine: sum/);
  expect(problems({ rollout: { repairTurns: 9 } })).toHaveLength(1);
});
