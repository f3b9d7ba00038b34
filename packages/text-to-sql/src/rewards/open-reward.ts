/** The reward of a config, ready to score: built-in functions in this process, modules of the user in one of their own each. */
import { isRewardFunctionName, type RewardConfig, UserError } from '@queryloop/contracts';
import type { PinnedModule } from '@queryloop/contracts/load-config';
import type { RewardedQuery, RewardFunction } from './contract.ts';
import { ModuleProcess } from './module-process.ts';
import { outcomeReward } from './outcome.ts';
import { type RewardTerm, rewardTerms } from './presets.ts';
import { builtInRewards } from './reward-functions.ts';

export interface Reward {
  /** Its functions, in the order of the config. */
  terms: RewardTerm[];
  /** Scores per function, in the order of the terms, and query. @throws UserError for a module that does not do what it should */
  score(queries: readonly RewardedQuery[], watch?: ScoreWatch): Promise<(number | null)[][]>;
}

export interface ScoreWatch {
  signal?: AbortSignal;
  /** Hears now and then that scoring goes on. */
  onAlive?(): void;
}

/** Modules stay up for the steps to come; a changed one is another. */
const processes = new Map<string, ModuleProcess>();

export function openReward(reward: RewardConfig): Reward {
  const terms = rewardTerms(reward);
  return {
    terms,
    async score(queries, watch = {}) {
      const scores: (number | null)[][] = [];
      for (const [place, term] of terms.entries()) {
        watch.signal?.throwIfAborted();
        const { name, module, sha256 } = term;
        scores.push(
          module === undefined
            ? await builtIn(term)(queries)
            : await processOf({ name, module, sha256, place }).score(queries, watch),
        );
        watch.onAlive?.();
      }
      return scores;
    },
  };
}

function builtIn({ name, weights }: RewardTerm): RewardFunction {
  if (weights !== undefined) return outcomeReward(weights);
  if (isRewardFunctionName(name)) return builtInRewards[name];
  throw new UserError({ message: `no reward function is called "${name}"`, field: 'reward.functions' });
}

function processOf(settings: PinnedModule): ModuleProcess {
  const { name, module, sha256 } = settings;
  const key = JSON.stringify([name, module, sha256]);
  let process = processes.get(key);
  if (process === undefined) {
    process = new ModuleProcess(settings);
    processes.set(key, process);
  }
  return process;
}
