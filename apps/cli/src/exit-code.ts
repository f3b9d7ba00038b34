/** What the process says when it ends; documented in docs/cli.md and in --help. */
export const exitCode = { ok: 0, failed: 1, userError: 2, interrupted: 130 } as const;

/** Thrown where Ctrl-C ended a command in good order. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A run that ended without a result; the message says why, and no stack trace would help. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
}
