/** What is wrong with a model's folder is said by name, before anything is computed, and never with a stack. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { badFolders } from './bad-folders.fixture.ts';
import { Policy } from './policy.ts';
import { goldenFolder } from './test-policy.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bad-policy-'));
  await cp(goldenFolder, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

it.each(badFolders)('$name', async ({ spoil, says }) => {
  await spoil(folder);
  const error: unknown = await Policy.load(folder).then(
    (policy) => policy.dispose(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(says);
  expect((error as UserError).field).toBeTruthy();
  expect((error as UserError).hint).toBeTruthy();
});
