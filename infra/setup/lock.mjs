/** One set-up at a time: a folder as lock, naming its owner, taken over when the owner has died. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock without a readable owner this old belongs to one that died between two calls. */
const unownedMs = 10_000;

/**
 * Waits for the lock at `folder`; the returned function gives it back. It is also given back when this process ends.
 * @param {string} folder @param {() => void} onWait called once when another set-up holds it @returns {Promise<() => void>}
 */
export async function takeLock(folder, onWait) {
  mkdirSync(dirname(folder), { recursive: true });
  for (let waited = false; !tryTake(folder); waited = true) {
    if (!waited) onWait();
    if (isStale(folder)) rmSync(folder, { recursive: true, force: true });
    else await sleep(250);
  }
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', release);
  return () => {
    process.removeListener('exit', release);
    release();
  };
}

function tryTake(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ host: hostname(), pid: process.pid }));
  return true;
}

function isStale(folder) {
  try {
    const { host, pid } = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'));
    return host === hostname() && !isRunning(pid);
  } catch {
    return Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > unownedMs;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
