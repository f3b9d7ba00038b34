/** The file of tokens (QUERYLOOP_AUTH=tokens:<file>): who holds one, and what they may do. It holds hashes, never tokens. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import { once } from '../once.ts';

export const Role = z.enum(['viewer', 'operator']);
export type Role = z.infer<typeof Role>;

const Entry = z.strictObject({
  name: z.string().min(1).max(100),
  role: Role,
  /** Of the token, in hexadecimal digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in 64 hexadecimal digits'),
});
export type TokenEntry = z.infer<typeof Entry>;

const TokenList = z
  .array(Entry, 'is no list of entries')
  .min(1)
  .refine((entries) => new Set(entries.map(({ name }) => name)).size === entries.length, 'a name stands there twice');

/** The entries of the file as it is now; it may change while the console runs. @throws UserError naming file and entry */
export function readTokens(file: string): TokenEntry[] {
  const kept = once('token lists', () => new Map<string, { version: string; entries: TokenEntry[] }>());
  try {
    const { mtimeMs, size, ino } = statSync(file);
    const version = `${mtimeMs} ${size} ${ino}`;
    const known = kept.get(file);
    if (known?.version === version) return known.entries;
    const entries = entriesOf(file);
    kept.set(file, { version, entries });
    return entries;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw mistake(file, `cannot be read: ${(error as Error).message}`);
  }
}

/** The entry of a token, if there is one. Takes as long whichever it is. */
export function entryOf(token: string, entries: readonly TokenEntry[]): TokenEntry | null {
  const hash = createHash('sha256').update(token).digest();
  let found: TokenEntry | null = null;
  for (const entry of entries) if (timingSafeEqual(hash, Buffer.from(entry.sha256, 'hex'))) found = entry;
  return found;
}

function entriesOf(file: string): TokenEntry[] {
  let values: unknown;
  try {
    values = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw mistake(file, `is not valid YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  const parsed = TokenList.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [index, ...path] = issue?.path ?? [];
  const place = typeof index === 'number' ? `entry ${index + 1}${path.length > 0 ? `, ${path.join('.')}` : ''}: ` : '';
  throw mistake(file, `${place}${issue?.message ?? 'is no list of tokens'}`);
}

function mistake(file: string, what: string): UserError {
  return new UserError({
    message: `QUERYLOOP_AUTH: ${file}: ${what}`,
    field: 'QUERYLOOP_AUTH',
    hint: 'A list of entries with name, role and sha256; "queryloop token <name>" makes one.',
  });
}
