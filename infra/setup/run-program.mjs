/** Runs another program quietly: its last words are kept for when it fails. */
import { spawn } from 'node:child_process';

const kept = 4000;

/**
 * Gives what the program wrote; throws with the end of it when the program fails or takes too long.
 * @param {string} program @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, signal?: AbortSignal, onLine?: (line: string) => void }} [options] @returns {Promise<string>}
 */
export function runProgram(program, args, { cwd, env, timeoutMs, signal, onLine } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      timeout: timeoutMs,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const hear = (chunk) => {
      said = (said + chunk).slice(-kept);
      if (onLine) for (const line of String(chunk).split('\n').filter(Boolean)) onLine(line);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(said);
      else
        reject(
          new Error(
            `${program} ${args[0] ?? ''} ended with ${signal ?? code}${said.trim() ? `:\n${said.trim()}` : ''}`,
          ),
        );
    });
  });
}
