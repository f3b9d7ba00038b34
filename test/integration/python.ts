/** Runs scripts of this folder with the Python programs that tests hold ours against. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pythonTools } from '../../infra/python/install.ts';

/** The JSON that a script prints. */
export async function runPython<T>(
  script: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<T> {
  const { bin } = await pythonTools();
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await promisify(execFile)(join(bin, 'python'), [file, ...args], {
    env: { ...process.env, ...environment },
    maxBuffer: 1 << 28,
  });
  return JSON.parse(stdout) as T;
}
