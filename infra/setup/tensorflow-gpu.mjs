/**
 * Step of `npm run setup -- --gpu`: a second build of TensorFlow.js's binding, on a CUDA build of libtensorflow, in the cache beside the
 * CPU's. Loading it takes no GPU, so that it can be made where none is (an image, say).
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { keepFolder } from './keep-folder.mjs';
import { projectNode, root } from './project.mjs';
import { fetchWheel } from './pypi-wheel.mjs';
import { runProgram } from './run-program.mjs';
import { SetUpError } from './set-up-error.mjs';
import { buildOnMakersLibrary, cuda11 } from './tensorflow-from-maker.mjs';
import { buildOnWheel } from './tensorflow-from-pypi.mjs';
import { cuda12, cudaWheels, tensorflowWheel } from './tensorflow-gpu-wheels.mjs';
import { unzip } from './unzip.mjs';

/** Libraries unpacked, and the largest wheel beside them. */
const neededBytes = 7e9;

const packageFolder = () => join(root, 'node_modules', '@tensorflow', 'tfjs-node');

/** tfjs-node-gpu's addon is made of the very sources of tfjs-node's; what differs is the library. */
function built() {
  const { version } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8'));
  return join(cacheFolder(), `tfjs-node-gpu-${version}-${process.platform}-${process.arch}`);
}

/** What the build needs of a machine, which packages/policy/src/gpu-build.ts reads; last to be written. */
const manifest = 'gpu.json';

/** Which of the two builds fits the driver: CUDA 11.2 only where it is too old for CUDA 12. @param {string | null} driver */
export function buildFor(driver) {
  if (driver === null) return cuda12;
  const major = Number(driver.split('.')[0]);
  return major >= Number(cuda12.driver.split('.')[0]) || major < Number(cuda11.driver.split('.')[0]) ? cuda12 : cuda11;
}

/** Makes it, or says that it is there. Throws SetUpError for what the user must mend. @param {(detail: string) => void} note */
export async function installTensorflowGpu(note) {
  const system = `${process.platform}-${process.arch}`;
  if (system !== 'linux-x64')
    throw new SetUpError(`TensorFlow has no CUDA build for ${system}.`, 'Use device: cpu, or an x86-64 Linux machine.');
  const driver = await driverVersion();
  const wanted = buildFor(driver);
  const there = join(built(), manifest);
  if (!existsSync(there) || JSON.parse(readFileSync(there, 'utf8')).tensorflow !== wanted.tensorflow) {
    checkRoom();
    await keepFolder(built(), async (staging) => {
      const folders = await (wanted === cuda12 ? buildCuda12(staging, note) : buildCuda11(staging, note));
      writeFileSync(join(staging, manifest), `${JSON.stringify({ ...wanted, folders }, null, 2)}\n`);
    });
  }
  const { tensorflow, cuda, cudnn } = wanted;
  await loads();
  const met = driver === null ? `no NVIDIA driver here: it needs ${wanted.driver}` : `driver ${driver}`;
  return `libtensorflow ${tensorflow}, CUDA ${cuda}, cuDNN ${cudnn}; ${met}`;
}

async function buildCuda12(target, note) {
  await buildOnWheel(tensorflowWheel, packageFolder(), target, note);
  const downloads = join(target, 'download');
  for (const wheel of cudaWheels) {
    mkdirSync(downloads);
    const archive = await fetchWheel(wheel, downloads, note);
    note(`unpacking ${wheel.project}`);
    // As site-packages has them beside tensorflow: there libtensorflow's own run path finds them.
    await unzip(archive, (name) =>
      /^nvidia\/\w+\/lib\/.+\.so[.\d]*$/.test(name) ? join(target, 'deps', name) : undefined,
    );
    rmSync(downloads, { recursive: true });
  }
  return readdirSync(join(target, 'deps', 'nvidia')).map((name) => join('deps', 'nvidia', name, 'lib'));
}

/** CUDA 11.2 and cuDNN 8.1 themselves are the user's to install, as tfjs-node-gpu documents. */
async function buildCuda11(target, note) {
  await buildOnMakersLibrary(packageFolder(), target, note);
  return [];
}

function checkRoom() {
  mkdirSync(cacheFolder(), { recursive: true });
  const { bavail, bsize } = statfsSync(cacheFolder());
  if (bavail * bsize < neededBytes)
    throw new SetUpError(
      `${cacheFolder()} has room for ${((bavail * bsize) / 1e9).toFixed(1)} GB; the CUDA libraries take ${neededBytes / 1e9} GB.`,
      'Make room, or set QUERYLOOP_CACHE_DIR to a folder on a larger disk.',
    );
}

/** The version of the driver, as nvidia-smi says it; null where there is none. */
async function driverVersion() {
  const said = await runProgram('nvidia-smi', ['--query-gpu=driver_version', '--format=csv,noheader']).catch(() => '');
  return /^\d+\.[\d.]+/.exec(said.trim())?.[0] ?? null;
}

/** A process of its own loads the addon: proves that it was linked whole. */
async function loads() {
  const script = `require(${JSON.stringify(join(built(), 'lib', 'napi-v8', 'tfjs_binding.node'))})`;
  await runProgram(projectNode(), ['-e', script], { env: { TF_CPP_MIN_LOG_LEVEL: '3' } });
}
