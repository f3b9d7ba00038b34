/** Groups that a server has answered, kept on disk until their rollout is stored: a step that is tried again asks for the others only. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GenerateRolloutInput, StepContext } from '@queryloop/contracts';
import type { AnsweredTokens } from './answered-tokens.ts';

export interface KeptGroups {
  /** The completions of a group asked for before; null when there are none. `asked`: all that they depend on. */
  get(asked: object): Promise<AnsweredTokens[] | null>;
  put(asked: object, completions: readonly AnsweredTokens[]): Promise<void>;
  /** Drops all of the step. */
  forget(): Promise<void>;
}

/** Those of one rollout step, told apart by its input; where the server stands and how it is asked makes no difference. */
export function openKeptGroups(
  input: GenerateRolloutInput,
  { cacheFolder }: Pick<StepContext, 'cacheFolder'>,
): KeptGroups {
  const { server, ...sampling } = input.rollout;
  const step = hashOf({ ...input, rollout: sampling, model: server?.model });
  const folder = join(cacheFolder, 'served-groups', step);
  const fileOf = (asked: object) => join(folder, `${hashOf(asked)}.json`);
  return {
    async get(asked) {
      try {
        return JSON.parse(await readFile(fileOf(asked), 'utf8')) as AnsweredTokens[];
      } catch {
        // not there, or cut off by a full disk: asked for anew
        return null;
      }
    },
    async put(asked, completions) {
      await mkdir(folder, { recursive: true });
      const file = fileOf(asked);
      const part = `${file}.${process.pid}.part`;
      await writeFile(part, JSON.stringify(completions));
      await rename(part, file);
    },
    forget: () => rm(folder, { recursive: true, force: true }),
  };
}

function hashOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}
