/**
 * What steps gave, as small records beside the artifacts: `steps/<first two digits>/<key>.json` holds a step, and
 * `producers/<kind>/<first two digits>/<hash>.json` the key of the step that made an artifact.
 */
import type { ArtifactRef, CachedStep, StepCache } from '@queryloop/contracts';
import { artifactsIn } from './artifacts-in.ts';
import { canonicalJson } from './canonical-json.ts';
import { hashText } from './content-hash.ts';

/** Small named texts. Writes are atomic, durable once resolved, and replace what was there. */
export interface Records {
  read(name: string): Promise<string | null>;
  write(name: string, text: string): Promise<void>;
}

export function openStepCacheIn(records: Records): StepCache {
  const get = async (key: string): Promise<CachedStep | null> =>
    unsealed<CachedStep>(await records.read(`steps/${key.slice(0, 2)}/${key}.json`));

  const producerOf = async (ref: ArtifactRef): Promise<CachedStep | null> => {
    const key = unsealed<string>(await records.read(producerName(ref)));
    return key === null ? null : get(key);
  };

  /**
   * The first step that made an artifact stays its producer: its inputs were there before the artifact was, so going back
   * from artifact to producer to inputs always comes to an end. Were the last to be noted, two artifacts could each be the
   * other's source. A note that leads nowhere (a damaged record) is replaced.
   */
  const noteProducer = async (ref: ArtifactRef, key: string): Promise<void> => {
    if ((await producerOf(ref)) === null) await records.write(producerName(ref), sealed(key));
  };

  return {
    get,
    put: async (key, { step, input, output }) => {
      await records.write(`steps/${key.slice(0, 2)}/${key}.json`, sealed({ step, input, output }));
      // An artifact that the step was given and hands on (a snapshot in a policy state) was made by another.
      const given = new Set(artifactsIn(input).map(producerName));
      const made = artifactsIn(output).filter((ref) => !given.has(producerName(ref)));
      await Promise.all(made.map((ref) => noteProducer(ref, key)));
    },
    producerOf,
  };
}

function producerName({ kind, hash }: ArtifactRef): string {
  return `producers/${kind}/${hash.slice(0, 2)}/${hash}.json`;
}

/** A record carries the hash of its value: a flipped digit would else be a wrong result that nobody notices. */
function sealed(value: unknown): string {
  return canonicalJson({ hash: hashText(canonicalJson(value)).hash, value });
}

/** Null when the record is missing or damaged in any way: the step is then done again. */
function unsealed<T>(text: string | null): T | null {
  try {
    const { hash, value } = JSON.parse(text ?? 'null') as { hash: string; value: T };
    return hashText(canonicalJson(value)).hash === hash ? value : null;
  } catch {
    return null;
  }
}
