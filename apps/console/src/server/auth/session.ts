/** Sessions of browsers: a sealed cookie that names the user. */
import { authConfiguration } from './configuration.ts';
import { seal, unseal } from './seal.ts';
import { Role, readTokens, type TokenEntry } from './token-list.ts';

export interface User {
  name: string;
  role: Role;
}

export const sessionCookie = 'queryloop-session';
export const sessionSeconds = 12 * 3600;

/** The session of a holder of a token: it ends with the entry, and has the role that stands there. */
export async function tokenSession({ name, sha256 }: TokenEntry): Promise<string> {
  return await seal('session', { name, sha256 }, sessionSeconds);
}

/** The session of a user of the OpenID provider. */
export async function oidcSession({ name, role }: User): Promise<string> {
  return await seal('session', { name, role }, sessionSeconds);
}

/** Null when it is none of this console, is too old, or its token is no longer in the list. @throws UserError as readTokens does */
export async function userOf(cookie: string): Promise<User | null> {
  const claims = await unseal('session', cookie);
  if (claims === null || typeof claims['name'] !== 'string') return null;
  const { kind, tokenFile } = authConfiguration();
  const { name, sha256 } = claims;
  if (sha256 !== undefined) {
    const entry = tokenFile === null ? undefined : readTokens(tokenFile).find((entry) => entry.sha256 === sha256);
    return entry === undefined ? null : { name: entry.name, role: entry.role };
  }
  const role = Role.safeParse(claims['role']);
  return kind === 'oidc' && role.success ? { name, role: role.data } : null;
}

/** Cookies are for encrypted connections only wherever the console is reached by one. */
export function isSecure(headers: Headers): boolean {
  return authConfiguration().publicUrl?.protocol === 'https:' || headers.get('x-forwarded-proto') === 'https';
}
