/** Messages between a worker and its policy process: one step at a time, with progress on the way. */
import type { ArtifactRef, StepProgress } from '@queryloop/contracts';

export type ToPolicyProcess = { kind: 'run'; id: number; step: string; input: unknown } | { kind: 'abort'; id: number };

export type FromPolicyProcess =
  | { kind: 'ready' }
  | { kind: 'note'; note: string }
  | { kind: 'progress'; id: number; progress: StepProgress }
  | { kind: 'result'; id: number; output: unknown; residents: Residents }
  | { kind: 'error'; id: number; error: PlainError };

/** Policies that a process keeps in memory between steps. */
export interface Residents {
  policies: number;
  bytes: number;
}

/** An error as it passes between processes. */
export interface PlainError {
  name: string;
  message: string;
  stack?: string | undefined;
  field?: string | undefined;
  hint?: string | undefined;
  artifact?: ArtifactRef | undefined;
}
