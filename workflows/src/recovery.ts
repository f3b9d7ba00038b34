/** Makes lost artifacts again: the step that made one runs again on its queue, then the step that missed it is repeated. */
import type { ArtifactRef } from '@queryloop/contracts';
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { artifactUnavailable, recordSteps, runStep } from './step-proxies.ts';

/** Producers behind producers; a snapshot of a long run may need every snapshot before it. */
const depthLimit = 1000;

export class Recovery {
  /** What is being made again, so that shards missing the same artifact wait for one producer. */
  readonly #making = new Map<string, Promise<void>>();

  /**
   * Awaits `step`; an artifact it misses is made again, at most once, and the step repeated.
   * @throws the step's failure when nobody knows how the artifact was made, or another one came out.
   */
  async run<T>(step: () => Promise<T>, depth = 0): Promise<T> {
    const tried = new Set<string>();
    for (;;) {
      try {
        return await step();
      } catch (error) {
        const artifact = missedArtifact(error);
        if (artifact === null || tried.has(artifact.hash)) throw error;
        tried.add(artifact.hash);
        await this.#makeAgain(artifact, error as ActivityFailure, depth);
      }
    }
  }

  #makeAgain(artifact: ArtifactRef, missed: ActivityFailure, depth: number): Promise<void> {
    let making = this.#making.get(artifact.hash);
    if (making === undefined) {
      making = this.#produce(artifact, missed, depth).finally(() => this.#making.delete(artifact.hash));
      this.#making.set(artifact.hash, making);
    }
    return making;
  }

  async #produce(artifact: ArtifactRef, missed: ActivityFailure, depth: number): Promise<void> {
    if (depth >= depthLimit) throw unrecoverable(missed, `${depthLimit} artifacts behind it are gone too`);
    const producer = await recordSteps.findProducer({ artifact });
    if (producer === null) throw unrecoverable(missed, 'no step is known that made it');
    const { queue, step, input } = producer;
    const output = await this.run(() => runStep(queue, step, input), depth + 1);
    const made = artifactsIn(output).filter(({ kind }) => kind === artifact.kind);
    if (made.some(({ hash }) => hash === artifact.hash)) return;
    const others = made.map(({ hash }) => hash).join(', ') || 'none';
    throw unrecoverable(missed, `${step} made it again with another hash: ${others}`);
  }
}

/** The artifact that a step failed for, or null when it failed for something else. */
function missedArtifact(error: unknown): ArtifactRef | null {
  if (!(error instanceof ActivityFailure)) return null;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure) || cause.type !== artifactUnavailable) return null;
  const { artifact } = (cause.details?.[0] ?? {}) as { artifact?: ArtifactRef };
  return artifact ?? null;
}

/** The failure of the step that missed an artifact, with the reason why the artifact could not be made again. */
function unrecoverable(missed: ActivityFailure, reason: string): ApplicationFailure {
  const { message, details } = missed.cause as ApplicationFailure;
  return ApplicationFailure.create({
    message: `${message}; ${reason}`,
    type: artifactUnavailable,
    nonRetryable: true,
    details: details ?? [],
    cause: missed,
  });
}

/** All references in the output of a step. */
function artifactsIn(value: unknown): ArtifactRef[] {
  if (typeof value !== 'object' || value === null) return [];
  const { kind, hash } = value as Partial<ArtifactRef>;
  if (typeof kind === 'string' && typeof hash === 'string') return [value as ArtifactRef];
  return Object.values(value).flatMap(artifactsIn);
}
