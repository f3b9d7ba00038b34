/**
 * Child process in which a user's reward module runs. Its parent kills it when a batch takes too long; it ends by itself when the parent
 * is gone. Answers leave over the IPC channel alone: what the module prints is no part of them.
 */
import { pathToFileURL } from 'node:url';
import { watchParent } from '../watch-parent.ts';
import type { RewardedQuery } from './contract.ts';

export interface ModuleRequest {
  id: number;
  batch: RewardedQuery[];
}

/** `broken`: the module cannot be used at all. */
export type ModuleReply =
  | { ready: true }
  | { broken: string }
  | { id: number; scores: unknown }
  | { id: number; threw: string };

const send = (reply: ModuleReply): void => void process.send?.(reply);

/** What was thrown and where in the module, without the frames of this process. */
function textOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const lines = (thrown.stack ?? thrown.message).split('\n');
  return lines.filter((line) => !(/^\s+at /.test(line) && /node:|module-child/.test(line))).join('\n');
}

async function load(path: string): Promise<((batch: RewardedQuery[]) => unknown) | string> {
  try {
    const { default: score } = (await import(pathToFileURL(path).href)) as { default?: unknown };
    if (typeof score === 'function') return score as (batch: RewardedQuery[]) => unknown;
    return score === undefined ? 'it has no default export' : `its default export is no function but ${typeof score}`;
  } catch (error) {
    return `it cannot be loaded: ${textOf(error)}`;
  }
}

watchParent(Number(process.argv[3]));
process.on('disconnect', () => process.exit(0));
// A Ctrl-C reaches the whole process group; the parent decides when this process ends.
process.on('SIGINT', () => undefined);
const score = await load(process.argv[2] ?? '');
if (typeof score === 'string') process.send?.({ broken: score } satisfies ModuleReply, () => process.exit(0));
else {
  process.on('message', async ({ id, batch }: ModuleRequest) => {
    try {
      const scores = await score(batch);
      send({ id, scores });
    } catch (error) {
      send({ id, threw: textOf(error) });
    }
  });
  send({ ready: true });
}
