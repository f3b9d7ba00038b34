/** The route that hands a run on as one archive. */
import type { GuardedApi } from '#api/guard.ts';

export function addExport(_api: GuardedApi): void {}
