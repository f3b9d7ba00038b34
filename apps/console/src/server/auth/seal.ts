/** Seals what cookies carry: nobody but this console can read or make it. */
import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { folders } from '../folders.ts';
import { once } from '../once.ts';

export type Purpose = 'session' | 'sign-in';

/** An encrypted token (JWE, A256GCM) that holds `claims` for so many seconds. */
export async function seal(purpose: Purpose, claims: Record<string, unknown>, seconds: number): Promise<string> {
  return await new EncryptJWT(claims)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setAudience(purpose)
    .setIssuedAt()
    .setExpirationTime(`${seconds} seconds`)
    .encrypt(sealKey());
}

/** What `seal` was given; null when it is out of date, was sealed for something else or by somebody else. */
export async function unseal(purpose: Purpose, text: string): Promise<Record<string, unknown> | null> {
  try {
    const options = { audience: purpose, keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };
    return (await jwtDecrypt(text, sealKey(), options)).payload;
  } catch {
    return null;
  }
}

/** 32 bytes, from QUERYLOOP_AUTH_SECRET or a file made in the home folder. @throws UserError */
export function sealKey(): Uint8Array {
  return once('seal key', () =>
    createHash('sha256')
      .update('queryloop console\n')
      .update(process.env['QUERYLOOP_AUTH_SECRET'] ? given(process.env['QUERYLOOP_AUTH_SECRET']) : kept())
      .digest(),
  );
}

function given(secret: string): string {
  if (secret.length >= 32) return secret;
  throw new UserError({
    message: `QUERYLOOP_AUTH_SECRET: ${secret.length} characters are too few`,
    field: 'QUERYLOOP_AUTH_SECRET',
    hint: 'At least 32, e.g. from "openssl rand -hex 32"; unset it to have one made.',
  });
}

function kept(): string {
  const { home } = folders();
  const file = join(home, 'console-secret');
  mkdirSync(home, { recursive: true });
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, randomBytes(32).toString('hex'), { mode: 0o600 });
  try {
    // Taken whole or not at all: of several processes that start together, all use the first one's.
    linkSync(whole, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(whole, { force: true });
  }
  if ((statSync(file).mode & 0o077) === 0) return readFileSync(file, 'utf8');
  throw new UserError({
    message: `${file} can be read by other users of this machine`,
    field: 'QUERYLOOP_AUTH_SECRET',
    hint: 'Delete it, which signs everyone out; the console makes another.',
  });
}
