/** What can go wrong with the database of runs, said so that a user can mend it. */
import { UserError } from '@queryloop/contracts';

/** What passes by itself: a user has to mend it before a command can start, while a step of a run just tries again. */
const passing = new Set(['it is locked by another process', 'nobody answers there']);

const reasons: [pattern: RegExp, what: string, hint: string][] = [
  [
    /SQLITE_BUSY|SocketTimeout|database is locked/i,
    'it is locked by another process',
    'Wait until that process has finished, or end it.',
  ],
  [/SQLITE_NOTADB|not a database/i, 'the file is not a SQLite database', 'Move that file away; a new one is made.'],
  [/SQLITE_CORRUPT|malformed/i, 'the file is damaged', 'Put it back from a copy, or move it away; a new one is made.'],
  [
    /SQLITE_FULL|database or disk is full|ENOSPC/i,
    'there is no space left on its disk',
    'Free some space and run again.',
  ],
  [
    /SQLITE_READONLY|readonly database|EROFS/i,
    'it cannot be written',
    'Change its permissions, or work in another folder.',
  ],
  [
    /SQLITE_CANTOPEN|EACCES|ENOTDIR|unable to open/i,
    'its file cannot be opened',
    'Check the folder and its permissions.',
  ],
  [
    /ER_ACCESS_DENIED|AuthenticationFailed|Access denied for user/i,
    'user or password is wrong',
    'Check user and password in the address.',
  ],
  [
    /ER_DBACCESS_DENIED|DatabaseAccessDenied/i,
    'this user may not use that database',
    'Grant the user all rights on it.',
  ],
  [
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|GET_CONNECTION_TIMEOUT|DatabaseNotReachable/i,
    'nobody answers there',
    'Start the server, or check host and port in the address.',
  ],
];

/**
 * Turns what the drivers throw into UserErrors naming the database; gives other errors back unchanged. Once the database was
 * `open`, what may pass by itself is an Error that says so, and no mistake of the user.
 */
export function explainDatabaseError(error: unknown, name: string, { open }: { open: boolean }): unknown {
  if (error instanceof UserError) return error;
  const said = describe(error);
  const known = reasons.find(([pattern]) => pattern.test(said));
  if (known === undefined) return error;
  const [, what, hint] = known;
  const message = `the store ${name} cannot be used: ${what}`;
  return open && passing.has(what) ? new Error(message, { cause: error }) : new UserError({ message, hint });
}

/** Codes and messages of an error, its causes, and what a driver adapter tells about them. */
function describe(error: unknown): string {
  const parts: unknown[] = [];
  for (let next = error, depth = 0; next instanceof Error && depth < 5; next = next.cause, depth++) {
    const { code, message, cause } = next as NodeJS.ErrnoException;
    parts.push(code, message, (next as { sqlMessage?: string }).sqlMessage);
    const { driverAdapterError } = (next as { meta?: { driverAdapterError?: Error } }).meta ?? {};
    if (driverAdapterError?.cause !== undefined) parts.push(JSON.stringify(driverAdapterError.cause));
    if (cause !== undefined && !(cause instanceof Error)) parts.push(JSON.stringify(cause));
  }
  return parts.filter(Boolean).join(' ');
}
