/** Runs scripts of this folder with the Python programs that tests hold ours against. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { pythonTools } from '../../infra/python/install.ts';

export interface PythonOptions {
  environment?: NodeJS.ProcessEnv;
  /** What the script reads from stdin. */
  input?: string;
}

/** The JSON that a script prints. */
export async function runPython<T>(
  script: string,
  args: readonly string[],
  { environment = {}, input = '' }: PythonOptions = {},
): Promise<T> {
  const { bin } = await pythonTools();
  const child = spawn(join(bin, 'python'), [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await ended;
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${complained}`);
  return JSON.parse(said) as T;
}
