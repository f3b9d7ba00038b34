/** Runs a transaction again when it lost against another one (deadlock, write conflict, the same key at the same moment). */
import { setTimeout as sleep } from 'node:timers/promises';

const conflicts = new Set(['P2002', 'P2034']);
const attempts = 5;

export async function retryConflicts<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt === attempts || !conflicts.has((error as { code?: string }).code ?? '')) throw error;
      await sleep(10 * attempt);
    }
  }
}
