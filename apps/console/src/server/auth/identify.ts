/** Says who sends a request: by the token in it, by the cookie of a session, or because everyone is let in. */
import { UserError } from '@queryloop/contracts';
import { parse } from 'hono/utils/cookie';
import { ApiProblem } from '#api/errors.ts';
import { addressOf, attempts } from './attempts.ts';
import { authConfiguration } from './configuration.ts';
import { isLocalHost } from './hosts.ts';
import { sessionCookie, type User, userOf } from './session.ts';
import { entryOf, readTokens, type TokenEntry } from './token-list.ts';

/** Who uses a console that asks nobody, as the log of actions names them. */
export const localUser: User = { name: 'console', role: 'operator' };

/**
 * Null: nobody who is known. @throws ApiProblem 403 for a Host of another machine where nobody signs in (a page whose name
 * was made to point here), 401 for a wrong token, 429 after too many, 503 when the list of tokens cannot be read
 */
export async function identify(headers: Headers): Promise<User | null> {
  const { kind } = authConfiguration();
  if (kind === 'local') {
    if (isLocalHost(headers.get('host') ?? '')) return localUser;
    throw new ApiProblem(403, {
      message: 'This console answers its own machine only, under the names localhost and 127.0.0.1',
      hint: 'Set QUERYLOOP_AUTH to reach it from others (docs/console.md).',
    });
  }
  const token = bearerOf(headers);
  if (token !== null) {
    const { name, role } = checkToken(token, headers);
    return { name, role };
  }
  const cookie = parse(headers.get('cookie') ?? '', sessionCookie)[sessionCookie];
  return cookie === undefined ? null : await listed(() => userOf(cookie));
}

/** The entry of a token. @throws ApiProblem 401, 429 or 503 */
export function checkToken(token: string, headers: Headers): TokenEntry {
  const address = addressOf(headers);
  const waitSeconds = attempts().waitSeconds(address);
  if (waitSeconds > 0)
    throw new ApiProblem(429, {
      message: 'Too many wrong tokens',
      hint: `Try again in ${waitSeconds} s.`,
      retryAfterSeconds: waitSeconds,
    });
  const { tokenFile } = authConfiguration();
  const entry =
    tokenFile === null
      ? null
      : entryOf(
          token,
          listed(() => readTokens(tokenFile)),
        );
  if (entry !== null) return entry;
  attempts().failed(address);
  throw new ApiProblem(401, { message: 'This token is not known', hint: 'queryloop token <name> makes one.' });
}

/** The token of an Authorization header; null when there is none of kind Bearer. */
export function bearerOf(headers: Headers): string | null {
  return /^Bearer +(\S+)\s*$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null;
}

/** What is wrong with the list of tokens stands in the log, not in an answer. */
function listed<T>(read: () => T): T {
  const unreadable = (error: unknown): never => {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    throw new ApiProblem(503, { message: 'The list of tokens cannot be read; the console’s log tells why' });
  };
  try {
    const given = read();
    return given instanceof Promise ? (given.catch(unreadable) as T) : given;
  } catch (error) {
    return unreadable(error);
  }
}
