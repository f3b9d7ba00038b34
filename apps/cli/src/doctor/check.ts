/** What a check of the doctor is, and how one is made. */
import { UserError } from '@queryloop/contracts';

/** One thing that Queryloop needs or can use: whether it is there, and what to do when it is not. */
export interface Check {
  name: string;
  /** optional: missing, and only some uses need it. */
  status: 'ok' | 'missing' | 'optional';
  /** What was found, or why it cannot be used. */
  found: string;
  /** The way out, when it is not there. */
  fix?: string;
}

/** A check that is fine when `probe` gives what it found, and missing when it throws; a UserError brings a way out of its own. */
export async function check(name: string, fix: string, probe: () => string | Promise<string>): Promise<Check> {
  try {
    return { name, status: 'ok', found: await probe() };
  } catch (error) {
    return { name, status: 'missing', found: firstLine(error), fix: (error instanceof UserError && error.hint) || fix };
  }
}

/** A missing thing that only some uses need. */
export function optional(checked: Check): Check {
  return checked.status === 'missing' ? { ...checked, status: 'optional' } : checked;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
