/** Artifacts of the tiny steps: nothing but references, which can be lost, made again by their producers, or made wrong. */
import { createHash } from 'node:crypto';
import type { ArtifactKind, ArtifactRef, Producer } from '@queryloop/contracts';
import { ApplicationFailure } from '@temporalio/common';

export function ref(kind: ArtifactKind, content: unknown): ArtifactRef {
  return { kind, hash: createHash('sha256').update(JSON.stringify(content)).digest('hex'), bytes: 1 };
}

/** All references in a value. */
export function refsIn(value: unknown): ArtifactRef[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('hash' in value) return [value as ArtifactRef];
  return Object.values(value).flatMap(refsIn);
}

export class TinyArtifacts {
  readonly #lost = new Set<string>();
  readonly #producers = new Map<string, Producer>();

  lose(...refs: ArtifactRef[]): void {
    for (const { hash } of refs) this.#lost.add(hash);
  }

  /** Nobody knows any more how an artifact was made. */
  forgetProducer({ hash }: ArtifactRef): void {
    this.#producers.delete(hash);
  }

  producerOf({ hash }: ArtifactRef): Producer | null {
    return this.#producers.get(hash) ?? null;
  }

  /** Throws as a worker does when a step's input names an artifact that is not there. */
  require(input: unknown): void {
    const artifact = refsIn(input).find(({ hash }) => this.#lost.has(hash));
    if (artifact === undefined) return;
    throw ApplicationFailure.create({
      message: `${artifact.kind} ${artifact.hash.slice(0, 12)} is lost`,
      type: 'ArtifactUnavailable',
      nonRetryable: true,
      details: [{ artifact, hint: 'Bring its file back.' }],
    });
  }

  /** What a step made is there, and the step is known to have made it. */
  made(output: unknown, producer: Producer): void {
    for (const { hash } of refsIn(output)) {
      this.#lost.delete(hash);
      if (!this.#producers.has(hash)) this.#producers.set(hash, producer);
    }
  }
}
