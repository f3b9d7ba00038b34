/** Binds a config to the content of its reward modules: a run that began with one text must not go on with another unnoticed. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { ExperimentConfig } from '../experiment-config.ts';
import { UserError } from '../user-error.ts';

const endings = ['.js', '.mjs', '.ts', '.mts'];
const largestBytes = 1_000_000;

/**
 * The SHA-256 of a module's file, in hex.
 * @throws UserError when it is not there, is no file, or is none that can be a module
 */
export function hashModule(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  const wrong =
    found === undefined
      ? 'no such file'
      : !found.isFile()
        ? 'not a file'
        : !endings.includes(extname(path))
          ? `not one of ${endings.join(', ')}`
          : found.size > largestBytes
            ? `larger than ${largestBytes / 1e6} MB`
            : undefined;
  if (wrong !== undefined)
    throw new UserError({
      message: `reward module ${path}: ${wrong}`,
      field: 'reward.functions',
      hint: 'The path is relative to the folder that the command is given in. docs/rewards.md shows a module.',
    });
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/**
 * The config with absolute paths of its reward modules and the content each is bound to, where that was left open.
 * @throws UserError as hashModule does
 */
export function pinRewardModules(config: ExperimentConfig): ExperimentConfig {
  const { reward } = config;
  if (!reward.functions?.some(({ module }) => module !== undefined)) return config;
  const functions = reward.functions.map((each) => {
    if (each.module === undefined) return each;
    const module = resolve(each.module);
    const sha256 = each.sha256 === undefined || each.sha256 === 'now' ? hashModule(module) : each.sha256;
    return { ...each, module, sha256 };
  });
  return { ...config, reward: { ...reward, functions } };
}

/** A module and what it is bound to; `place`: of its function in reward.functions. */
export interface PinnedModule {
  name: string;
  module: string;
  sha256?: string | undefined;
  place: number;
}

/**
 * Checks that a reward module still has the content that it is bound to.
 * @throws UserError when it has not, which says how to go on
 */
export function requirePinned({ name, module, sha256, place }: PinnedModule): void {
  const now = hashModule(module);
  if (sha256 === undefined || now === sha256) return;
  throw new UserError({
    message: `reward function ${name}: ${module} is no longer what the run began with (SHA-256 ${now.slice(0, 12)}…, then ${sha256.slice(0, 12)}…)`,
    field: `reward.functions.${place}.module`,
    hint: `Put the file back as it was, or go on with it as it is now: queryloop resume <run> --set reward.functions.${place}.sha256=now`,
    kind: 'conflict',
  });
}

/** The same of all modules of a config. */
export function requirePinnedModules({ reward }: Pick<ExperimentConfig, 'reward'>): void {
  reward.functions?.forEach(({ name, module, sha256 }, place) => {
    if (module !== undefined) requirePinned({ name, module, sha256, place });
  });
}
