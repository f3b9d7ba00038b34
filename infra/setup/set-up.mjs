/** Brings the project into working order, doing only what is missing; several set-ups may run at once. */
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { takeLock } from './lock.mjs';
import { installPackages, packagesReady } from './packages.mjs';
import { generatePrismaClient, prismaClientReady } from './prisma-client.mjs';
import { say, sinceStart, step } from './progress.mjs';
import { root } from './project.mjs';
import { installTemporal, temporalReady } from './temporal.mjs';
import { installTensorflow, tensorflowReady } from './tensorflow.mjs';
import { installTensorflowGpu } from './tensorflow-gpu.mjs';

const steps = {
  packages: { ready: packagesReady, make: installPackages },
  'Prisma client': { ready: prismaClientReady, make: generatePrismaClient },
  'TensorFlow.js': { ready: tensorflowReady, make: installTensorflow },
  Temporal: { ready: temporalReady, make: installTemporal },
};

/** With `gpu`, also the build for NVIDIA's GPUs. Throws SetUpError for what the user must mend. */
export async function setUp({ gpu = false } = {}) {
  if (!gpu && Object.values(steps).every(({ ready }) => ready())) return;
  say(`Queryloop set-up (cache: ${cacheFolder()})`);
  // Two clones share the cache; two set-ups of one clone may use different caches.
  const locks = [join(root, '.queryloop', 'setup.lock'), join(cacheFolder(), 'setup.lock')];
  const releases = [];
  try {
    for (const lock of locks)
      releases.push(await takeLock(lock, () => say('  another set-up is running: waiting for it')));
    // The build of Temporal takes longest and needs nothing else. Its failure is told when the rest is done.
    const temporal = missing('Temporal').then(
      () => null,
      (error) => error,
    );
    await missing('packages');
    await Promise.all([missing('Prisma client'), missing('TensorFlow.js')]);
    const failure = await temporal;
    if (failure !== null) throw failure;
    if (gpu) await step('TensorFlow GPU', installTensorflowGpu);
  } finally {
    for (const release of releases) release();
  }
  say(`Set-up done in ${sinceStart()} s.`);
}

async function missing(name) {
  const { ready, make } = steps[name];
  if (!ready()) await step(name, make);
}
