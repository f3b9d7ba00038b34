/** pulled.json: which commit a model's folder is, once all its files are there. Without it the folder does not count as the model. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pulledRecord } from '@queryloop/contracts/folders';
import type { HubFile } from './needed-files.ts';

export interface PulledRecord {
  /** owner/name. */
  repo: string;
  /** What was asked for: a branch, tag or commit. */
  revision: string;
  commit: string;
  files: HubFile[];
}

/** Written last. */
export async function writeRecord(folder: string, record: PulledRecord): Promise<void> {
  await writeFile(join(folder, pulledRecord), jsonOf(record));
}

/** Called before the first file is fetched: while files are replaced, the folder is neither the old commit nor the new one. */
export async function removeOtherRecord(folder: string, record: PulledRecord): Promise<void> {
  const path = join(folder, pulledRecord);
  const found = await readFile(path, 'utf8').catch(() => '');
  if (found !== jsonOf(record)) await rm(path, { force: true });
}

function jsonOf(record: PulledRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
