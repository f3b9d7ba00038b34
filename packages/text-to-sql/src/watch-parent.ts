/** Ends a child process whose parent is gone: a thread sees to it, since a runaway statement or an endless loop keeps the main one from noticing. */
import { Worker } from 'node:worker_threads';

/** @param parent process id, as the parent gave it: on a busy machine the parent may be gone before the child could ask who it is */
export function watchParent(parent: number): void {
  const watch = `setInterval(() => { if (process.ppid !== ${parent}) process.kill(process.pid, 'SIGKILL'); }, 500);`;
  new Worker(watch, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 16 } }).unref();
}
