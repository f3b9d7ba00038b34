/** Tells a process from a later one that was given the same number. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** When a living process was started, in words of this system; null when there is none of that number. */
export function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // State, then from there field 22 of all; the command in parentheses before them may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch (error) {
    // Where there is /proc, the process is gone.
    if (process.platform === 'linux' && (error as NodeJS.ErrnoException).code !== 'EACCES') return null;
  }
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout?.trim() || null;
}
