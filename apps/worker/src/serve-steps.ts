/** The inside of the policy process: runs the steps its parent asks for, and ends when the parent does. */
import type { ArtifactStore, Step, StepProgress } from '@queryloop/contracts';
import { toPlainError } from './plain-error.ts';
import type { FromPolicyProcess, Residents, ToPolicyProcess } from './step-messages.ts';

/** Loads the body of a step when it is first needed. Inputs are checked where workflows are typed, so bodies meet here untyped. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds steps of every input type
export type StepLoaders = Record<string, () => Promise<Step<any, any>>>;

/** Progress passes at most this often; the parent beats once a second. */
const progressIntervalMs = 250;

/** Serves `loaders` over the IPC channel of this process; `residents` is asked after each step. */
export function serveSteps(
  loaders: StepLoaders,
  { artifacts, cacheFolder }: { artifacts: ArtifactStore; cacheFolder: string },
  residents: (step: string) => Promise<Residents>,
): void {
  const running = new Map<number, AbortController>();
  const send = (message: FromPolicyProcess): void => {
    if (process.connected) process.send?.(message);
  };

  const run = async (id: number, step: string, input: unknown): Promise<void> => {
    const abort = new AbortController();
    running.set(id, abort);
    try {
      const load = loaders[step];
      if (load === undefined) throw new Error(`no step "${step}" in the policy process`);
      const body = await load();
      const progress = throttled((update) => send({ kind: 'progress', id, progress: update }));
      const output = await body(input, { artifacts, cacheFolder, progress, signal: abort.signal });
      send({ kind: 'result', id, output, residents: await residents(step) });
    } catch (error) {
      send({ kind: 'error', id, error: toPlainError(error) });
    } finally {
      running.delete(id);
    }
  };

  process.on('warning', ({ name, message }) => {
    if (name === 'PolicyWarning') send({ kind: 'note', note: message });
  });
  process.on('message', (message: ToPolicyProcess) => {
    if (message.kind === 'abort') running.get(message.id)?.abort();
    else void run(message.id, message.step, message.input);
  });
  // A Ctrl-C reaches the whole process group; the parent decides when this process ends.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
  send({ kind: 'ready' });
}

function throttled(report: (update: StepProgress) => void): (update: StepProgress) => void {
  let lastMs = 0;
  return (update) => {
    const now = Date.now();
    if (now - lastMs < progressIntervalMs && update.done < update.total) return;
    lastMs = now;
    report(update);
  };
}
