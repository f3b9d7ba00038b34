/** The writes of the API: everything that begins, steers or annotates runs and sweeps. */
import type { GuardedApi, GuardedVariables } from '#api/guard.ts';
import { router } from '#api/router.ts';
import { addAnalyses } from './analyses-api.ts';
import { addAnnotations } from './annotate-api.ts';
import { addBulk } from './bulk-api.ts';
import { addExport } from './export-api.ts';
import { addLaunches } from './launch-api.ts';
import { addSteering } from './steer-api.ts';

export function actionsApi(): GuardedApi {
  const api = router<{ Variables: GuardedVariables }>();
  for (const add of [addLaunches, addSteering, addAnnotations, addAnalyses, addBulk, addExport]) add(api);
  return api;
}
