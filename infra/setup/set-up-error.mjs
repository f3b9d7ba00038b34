/** What stops set-up and how to mend it; shown without a stack trace. */
export class SetUpError extends Error {
  /** @param {string} message @param {string} hint */
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}
