/** What a step is given beside its input: where artifacts are, how to report progress, when to stop. */
import type { ArtifactKind, ArtifactRef } from './artifact.ts';

/** Content-addressed store of immutable artifacts. Writes are atomic: a reader sees a whole artifact or none. */
export interface ArtifactStore {
  /** Stores canonical JSON; the same value always gives the same reference. */
  putJson(kind: ArtifactKind, value: unknown): Promise<ArtifactRef>;
  getJson<T>(ref: ArtifactRef): Promise<T>;
  /** Stores the files that `write` leaves in the empty folder it is given (flat or nested). */
  putFolder(kind: ArtifactKind, write: (folder: string) => Promise<void>): Promise<ArtifactRef>;
  /** Local path (file or folder) of an artifact, verified against its hash once per process; throws UserError when lost or damaged. */
  path(ref: ArtifactRef): Promise<string>;
  has(ref: ArtifactRef): Promise<boolean>;
  /** Deletes an artifact; fine when it is not there. */
  remove(ref: ArtifactRef): Promise<void>;
}

/** A step that was done: what it was given and what it gave. */
export interface CachedStep {
  step: string;
  input: unknown;
  output: unknown;
}

/**
 * What steps gave, by what they were given: a step that any run did before is not done again, and an artifact that was lost
 * can be made again by the step that made it. Kept beside the artifacts, so that all workers share it.
 */
export interface StepCache {
  /** `key`: SHA-256 in hex of everything the output depends on. Null when unknown or damaged. */
  get(key: string): Promise<CachedStep | null>;
  /** Durable once it resolves. Also notes the step as the producer of every artifact named in its output. */
  put(key: string, step: CachedStep): Promise<void>;
  /** The step that made an artifact, or null. */
  producerOf(ref: ArtifactRef): Promise<CachedStep | null>;
}

export interface StepProgress {
  /** Phase shown to people, e.g. "warm start". */
  phase: string;
  done: number;
  total: number;
  /** One line of detail, e.g. "loss 0.31". */
  detail?: string;
}

export interface StepContext {
  artifacts: ArtifactStore;
  /** Folder for scratch files and caches of this machine (source downloads, opened databases). */
  cacheFolder: string;
  /** Reports progress; also the step's heartbeat. Cheap enough to call several times a second. */
  progress(update: StepProgress): void;
  /** Aborted when the step is cancelled or timed out. */
  signal: AbortSignal;
}

/** A step of the experiment: a pure function of its input references, run as a Temporal activity. */
export type Step<Input, Output> = (input: Input, context: StepContext) => Promise<Output>;
