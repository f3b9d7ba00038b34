/** What a user did wrong, said so that they can mend it: shown without a stack trace, never retried by a workflow. */
import type { ArtifactRef } from './artifact.ts';

export interface UserErrorDetails {
  /** What went wrong, naming the field or file and the value. */
  message: string;
  /** Where: a config field, a file with row and column, a command-line option. */
  field?: string;
  /** The way out. */
  hint?: string;
  /** What was named is not there, or cannot be done as things stand; left out when the input itself is wrong. */
  kind?: 'unknown' | 'conflict';
  /** An artifact that is lost or damaged: whoever knows how it was made can make it again. */
  artifact?: ArtifactRef;
}

/** Thrown for mistakes in input; the CLI prints `message` and `hint` and exits with 2. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly field: string | undefined;
  readonly hint: string | undefined;
  readonly kind: UserErrorDetails['kind'];
  readonly artifact: ArtifactRef | undefined;

  constructor({ message, field, hint, kind, artifact }: UserErrorDetails) {
    super(message);
    this.field = field;
    this.hint = hint;
    this.kind = kind;
    this.artifact = artifact;
  }
}
