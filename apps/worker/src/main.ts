/**
 * A worker process: `node main.ts [--queues cpu,policy,sql]`, with TEMPORAL_ADDRESS (127.0.0.1:7233) and TEMPORAL_NAMESPACE
 * (default). Ends cleanly on SIGINT and SIGTERM, and when the process that started it with an IPC channel is gone.
 */
import { parseArgs } from 'node:util';
import { TaskQueue, UserError } from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import { openArtifacts, openStore } from '@queryloop/store';
import { startWorker } from './start-worker.ts';

/** Time to stop in good order once the starter is gone. */
const orphanLimitMs = 15_000;

const { values } = parseArgs({ options: { queues: { type: 'string', default: TaskQueue.options.join(',') } } });

function queuesOf(list: string): TaskQueue[] {
  return list.split(',').map((name) => {
    const queue = TaskQueue.safeParse(name.trim());
    if (queue.success) return queue.data;
    throw new UserError({
      message: `--queues: "${name}" is not a queue; allowed: ${TaskQueue.options.join(', ')}`,
      field: '--queues',
    });
  });
}

try {
  const queues = queuesOf(values.queues);
  const folders = foldersOf();
  const artifacts = openArtifacts(folders.home);
  const store = await openStore({ folder: folders.home });
  const worker = await startWorker({
    address: process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233',
    namespace: process.env['TEMPORAL_NAMESPACE'] ?? 'default',
    queues,
    folders,
    artifacts,
    store,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, worker.stop);
  process.on('disconnect', () => {
    worker.stop();
    // Whoever started this process is gone, and perhaps the server with it: nothing may keep it here for long.
    setTimeout(() => process.exit(1), orphanLimitMs).unref();
  });
  process.send?.({ kind: 'ready' });
  await worker.finished;
  await store.close();
  process.exit(0);
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  process.exit(error instanceof UserError ? 2 : 1);
}
