/** Mistakes in a config, each with its place, so that an editor can mark it. */
import { UserError, type UserErrorDetails } from '../user-error.ts';

export interface ConfigIssue {
  /** Dotted path of the field; empty for the text as a whole. */
  path: string;
  message: string;
  hint?: string;
  /** 1-based, of the field or its nearest written parent; left out when an option set it, or nothing of it is written. */
  line?: number;
  column?: number;
}

/** A UserError that keeps its mistakes apart. */
export class ConfigError extends UserError {
  readonly issues: ConfigIssue[];

  constructor(details: UserErrorDetails, issues: ConfigIssue[]) {
    super(details);
    this.issues = issues;
  }
}

/** What an error says as issues; throws it when it is no mistake of the user. */
export function issuesOf(error: unknown): ConfigIssue[] {
  if (error instanceof ConfigError) return error.issues;
  if (!(error instanceof UserError)) throw error;
  const { message, hint } = error;
  return [{ path: '', message, ...(hint && { hint }) }];
}
