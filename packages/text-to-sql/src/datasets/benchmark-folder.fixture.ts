/** Where tests find the benchmark: QUERYLOOP_TEMPTABQA_DIR, or a download into the user's cache. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { locateTemptabqa } from './locate-temptabqa.ts';

const cacheFolder =
  process.env.QUERYLOOP_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'queryloop');

/** Null where it cannot be had: checks against its data are then reported as skipped. */
export const benchmarkFolder = await locateTemptabqa({
  cacheFolder,
  signal: AbortSignal.timeout(120_000),
  splits: ['train', 'dev', 'Original', 'CounterFactual', 'Easy'],
});
