/** Step: TensorFlow.js's native binding, from its maker or built on PyPI's libtensorflow, kept in the cache and linked into node_modules. */
import { existsSync, lstatSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { answers } from './download.mjs';
import { keepFolder } from './keep-folder.mjs';
import { bin, projectNode, root } from './project.mjs';
import { runProgram } from './run-program.mjs';
import { buildOnPypiLibrary } from './tensorflow-from-pypi.mjs';

/** What the binding is made of: the addon, and libtensorflow where its run path points. */
const parts = ['lib', 'deps'];
const binding = join('lib', 'napi-v8', 'tfjs_binding.node');
const makersHost =
  'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz';
const officialTimeoutMs = 300_000;

const packageFolder = () => join(root, 'node_modules', '@tensorflow', 'tfjs-node');

function cached() {
  const { version } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8'));
  return join(cacheFolder(), `tfjs-node-${version}-${process.platform}-${process.arch}`);
}

export function tensorflowReady() {
  return existsSync(join(packageFolder(), binding)) && parts.every((part) => existsSync(join(packageFolder(), part)));
}

/** Gives the line that ends the step; without a binding it says so and how to get one, since evaluation works on WebAssembly too. */
export async function installTensorflow(note) {
  const errors = [];
  if (!existsSync(join(cached(), binding))) {
    for (const [how, make] of [
      ['official', installOfficial],
      ['PyPI', buildFromPypi],
    ]) {
      try {
        await make(note);
        break;
      } catch (error) {
        errors.push(`${how}: ${error.message}${error.hint ? ` ${error.hint}` : ''}`);
      }
    }
  }
  if (!existsSync(join(cached(), binding))) {
    return `MISSING: training is not possible, evaluation runs on WebAssembly.\n    ${errors.join('\n    ').replaceAll('\n', '\n    ')}\n    Run "npm run setup" again once this is mended.\n   `;
  }
  link();
  return `native, libtensorflow ${await loadedVersion()}`;
}

/** The package's own install script, which downloads libtensorflow and a prebuilt addon. */
async function installOfficial(note) {
  if (!(await answers(makersHost))) throw new Error('the download site of libtensorflow cannot be reached');
  note('official download of libtensorflow');
  const folder = packageFolder();
  for (const part of parts) rmSync(join(folder, part), { recursive: true, force: true });
  const env = { PATH: `${bin}:${process.env.PATH}` };
  await runProgram(projectNode(), [join(folder, 'scripts', 'install.js')], {
    cwd: folder,
    env,
    timeoutMs: officialTimeoutMs,
  });
  if (!existsSync(join(folder, binding))) throw new Error('the install script left no addon');
  await keepFolder(cached(), async (staging) =>
    parts.forEach((part) => renameSync(realpathSync(join(folder, part)), join(staging, part))),
  );
}

const buildFromPypi = (note) => keepFolder(cached(), (staging) => buildOnPypiLibrary(packageFolder(), staging, note));

function link() {
  for (const part of parts) {
    const at = join(packageFolder(), part);
    if (lstatSync(at, { throwIfNoEntry: false })) rmSync(at, { recursive: true, force: true });
    symlinkSync(join(cached(), part), at);
  }
}

/** Loading it in a process of its own proves that it works. */
async function loadedVersion() {
  const script =
    "const tf = require('@tensorflow/tfjs-node'); tf.ones([2]).dataSync(); console.log('version', tf.backend().binding.TF_Version);";
  const said = await runProgram(projectNode(), ['--disable-warning=DEP0051', '-e', script], {
    cwd: packageFolder(),
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  return /version (\S+)/.exec(said)?.[1] ?? 'unknown';
}
