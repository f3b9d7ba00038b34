/** `queryloop token`: a new token for the console, shown once, and what stands for it in the console's file. */
import { createHash, randomBytes } from 'node:crypto';
import { UserError } from '@queryloop/contracts';

export interface TokenOptions {
  role: 'viewer' | 'operator';
  json: boolean;
}

const longestName = 100;

/** Throws UserError for a name that no entry may have. Nothing is written to a file. */
export function token(name: string, { role, json }: TokenOptions): void {
  if (name.trim() === '' || name.length > longestName || /\p{Cc}/u.test(name)) {
    throw new UserError({
      message: `name: ${JSON.stringify(name)} cannot name the holder of a token`,
      field: 'name',
      hint: `1 to ${longestName} characters, such as ann or grafana.`,
    });
  }
  const made = `ql_${randomBytes(32).toString('base64url')}`;
  const entry = { name, role, sha256: createHash('sha256').update(made).digest('hex') };
  if (json) {
    process.stdout.write(`${JSON.stringify({ token: made, entry })}\n`);
    return;
  }
  process.stdout.write(`Token of ${name} (${role}), which is not shown again:

${made}

For the file that QUERYLOOP_AUTH=tokens:<file> names:

- name: ${JSON.stringify(name)}
  role: ${role}
  sha256: ${entry.sha256}
`);
}
