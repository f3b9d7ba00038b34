/** Does a computing step only when no run did it before: what it gave is kept under everything it depends on. */
import { createHash } from 'node:crypto';
import type { ArtifactStore, StepCache, StepContext } from '@queryloop/contracts';
import { artifactsIn, canonicalJson } from '@queryloop/store/artifacts';
import type { StepControl } from './activity.ts';
import { SharedComputation } from './shared-computation.ts';

/** Tells what a step reads beside its input, apart by content; undefined: its output must not be reused. */
export type Fingerprint = (step: string, input: unknown, context: StepContext) => Promise<unknown>;

export interface StepCacheSettings {
  cache: StepCache;
  artifacts: ArtifactStore;
  cacheFolder: string;
  codeVersion: string;
  fingerprint: Fingerprint;
  warn(message: string): void;
}

export interface StepResult {
  output: unknown;
  /** It was there, or computed for another step at the same time. */
  reused: boolean;
}

export interface CachedSteps {
  /** The step's output, computed when it is not known or an artifact it names is gone. */
  run(
    step: string,
    input: unknown,
    control: StepControl,
    compute: (control: StepControl) => Promise<unknown>,
  ): Promise<StepResult>;
  /** The output if `run` would reuse it, else null. */
  lookUp(step: string, input: unknown, control: StepControl): Promise<unknown>;
}

export function cachedSteps(settings: StepCacheSettings): CachedSteps {
  const { cache, artifacts, cacheFolder, codeVersion, fingerprint, warn } = settings;
  const inFlight = new Map<string, SharedComputation<StepResult>>();

  const hashOf = (known: object): string => createHash('sha256').update(canonicalJson(known)).digest('hex');
  /** Undefined for a step whose output must not be reused. */
  const keyOf = async (step: string, input: unknown, control: StepControl): Promise<string | undefined> => {
    const outside = await fingerprint(step, input, { artifacts, cacheFolder, ...control });
    return outside === undefined ? undefined : hashOf({ step, codeVersion, input, outside });
  };
  /** Puts it where nobody looks for it, so that only its artifacts lead to it: lost ones can be made again. */
  const noteProducer = (step: string, input: unknown, output: unknown): Promise<void> =>
    cache.put(hashOf({ step, codeVersion, input, reused: false }), { step, input, output });
  const isWhole = async (output: unknown): Promise<boolean> => {
    for (const ref of artifactsIn(output)) if (!(await artifacts.has(ref))) return false;
    return true;
  };

  return {
    run: async (step, input, control, compute) => {
      const key = await keyOf(step, input, control);
      if (key === undefined) {
        const output = await compute(control);
        await noteProducer(step, input, output);
        return { output, reused: false };
      }
      const running = inFlight.get(key);
      if (running !== undefined && !running.abandoned)
        return { output: (await running.join(control)).output, reused: true };

      const computation = new SharedComputation<StepResult>(async (shared) => {
        const known = await cache.get(key);
        if (known !== null && (await isWhole(known.output))) return { output: known.output, reused: true };
        const output = await compute(shared);
        const [before, now] = [hashesOf(known?.output), hashesOf(output)];
        if (known !== null && before !== now)
          warn(
            `${step} gave other artifacts than before for the same input (key ${key}): ${before} then, ${now} now; kept the new ones`,
          );
        await cache.put(key, { step, input, output });
        return { output, reused: false };
      });
      inFlight.set(key, computation);
      void computation.settled.then(() => inFlight.get(key) === computation && inFlight.delete(key));
      return await computation.join(control);
    },
    lookUp: async (step, input, control) => {
      const key = await keyOf(step, input, control);
      const known = key === undefined ? null : await cache.get(key);
      return known !== null && (await isWhole(known.output)) ? known.output : null;
    },
  };
}

function hashesOf(output: unknown): string {
  return artifactsIn(output)
    .map(({ kind, hash }) => `${kind} ${hash}`)
    .join(', ');
}
