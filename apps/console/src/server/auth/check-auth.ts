/** Looks at all settings of signing in before anybody does. */
import { UserError } from '@queryloop/contracts';
import { authConfiguration } from './configuration.ts';
import { sealKey } from './seal.ts';
import { readTokens } from './token-list.ts';

/** Ends the process with code 2 when they hold a mistake. */
export function checkAuth(): void {
  try {
    requireAuth();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`queryloop console: ${error.message}\n${error.hint ? `${error.hint}\n` : ''}`);
    process.exit(2);
  }
}

/** @throws UserError naming the first variable or file that is wrong */
export function requireAuth(): void {
  const { kind, tokenFile } = authConfiguration();
  if (tokenFile !== null) readTokens(tokenFile);
  if (kind !== 'local') sealKey();
}
