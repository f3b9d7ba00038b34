/** The HTTP API: every feature's routes under /api/v1. */
import { router } from './router.ts';

export function createApi() {
  const api = router().basePath('/api/v1');
  return api;
}
