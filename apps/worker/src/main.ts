/**
 * A worker process: `node main.ts [--queues cpu,policy,sql] [--concurrency policy=1,sql=2,cpu=8] [--grace <seconds>]
 * [--metrics <host:port>]`. The environment says where things are: TEMPORAL_* (temporal-address.ts in control), QUERYLOOP_HOME, QUERYLOOP_CACHE_DIR,
 * QUERYLOOP_ARTIFACTS, QUERYLOOP_STORE_URL; QUERYLOOP_METRICS for --metrics; and
 * QUERYLOOP_SILENCE_SECONDS when a step is taken to hang. Ends cleanly on SIGINT and
 * SIGTERM, and when the process that started it with an IPC channel is gone.
 */
import { UserError } from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import { temporalAddress } from '@queryloop/control/temporal-address';
import { checkArtifacts, openArtifacts, openStore } from '@queryloop/store';
import { openStepCache } from '@queryloop/store/artifacts';
import { TransportError } from '@temporalio/worker';
import { silenceLimits } from './silence.ts';
import { startWorker } from './start-worker.ts';
import { workerOptions } from './worker-options.ts';

/** Time to stop in good order once the starter is gone. */
const orphanLimitMs = 15_000;

try {
  const options = workerOptions(process.argv.slice(2));
  const temporal = temporalAddress();
  const silence = silenceLimits();
  const folders = foldersOf();
  await checkArtifacts(folders.home);
  const artifacts = openArtifacts(folders.home);
  const cache = openStepCache(folders.home);
  const store = await openStore({ folder: folders.home });
  const worker = await startWorker({ ...options, temporal, silence, folders, artifacts, cache, store });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, worker.stop);
  process.on('disconnect', () => {
    worker.stop();
    // Whoever started this process is gone, and perhaps the server with it: nothing may keep it here for long.
    setTimeout(() => process.exit(1), orphanLimitMs).unref();
  });
  process.on('message', (message: { kind?: string }) => {
    if (message.kind === 'ping') process.send?.({ kind: 'pong' });
  });
  process.send?.({ kind: 'ready', metrics: worker.metrics });
  await worker.finished;
  await store.close();
  process.exit(0);
} catch (error) {
  console.error(messageOf(error));
  process.exit(error instanceof UserError ? 2 : 1);
}

/** Without Temporal a worker ends and may be started again; nobody needs a stack trace to see why. */
function messageOf(error: unknown): unknown {
  if (error instanceof UserError) return [error.message, error.hint].filter(Boolean).join('; ');
  return error instanceof TransportError ? `Temporal cannot be reached: ${error.message}` : error;
}
