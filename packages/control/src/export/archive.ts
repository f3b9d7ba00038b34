/**
 * Exports as one file: packed and unpacked by the system's tar, which every Linux, macOS and Windows 10 has, so that no
 * library is needed for it.
 */
import { spawn } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { UserError } from '@queryloop/contracts';

export const isArchive = (path: string): boolean => /\.(tar\.gz|tgz)$/.test(path);

/** Packs a folder, under its own name, into a file. @throws UserError when there is no tar, or it fails */
export async function pack(folder: string, file: string): Promise<void> {
  await tar(['-czf', file, '-C', dirname(folder), basename(folder)], '--to');
}

/** Unpacks a file into a folder. @throws UserError when there is no tar, or the file is no archive */
export async function unpack(file: string, folder: string): Promise<void> {
  await tar(['-xzf', file, '-C', folder], 'export');
}

function tar(args: readonly string[], field: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('tar', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') return reject(error);
      const hint = 'Install tar, or use a folder instead of an archive.';
      reject(new UserError({ message: `${field}: the program "tar" is not here`, field, hint }));
    });
    child.on('close', (code) => {
      if (code === 0) return resolve();
      const reason = said.trim().split('\n').at(-1) ?? '';
      reject(new UserError({ message: `${field}: tar failed (${code}): ${reason}`, field }));
    });
  });
}
