/** Builds TensorFlow.js's addon against the CUDA 11.2 library that its maker documents for tfjs-node-gpu. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compileAddon, findCompiler } from './compile-addon.mjs';
import { answers, downloadFile } from './download.mjs';
import { runProgram } from './run-program.mjs';
import { SetUpError } from './set-up-error.mjs';

/** As tfjs-node-gpu's README and TensorFlow's table of tested builds have it. */
export const cuda11 = {
  tensorflow: '2.9.1',
  cuda: '11.2',
  cudnn: '8.1',
  driver: '450.80.02',
  capability: '3.5',
  libraries: [
    'libcudart.so.11.0',
    'libcublas.so.11',
    'libcublasLt.so.11',
    'libcufft.so.10',
    'libcurand.so.10',
    'libcusolver.so.11',
    'libcusparse.so.11',
    'libcudnn.so.8',
  ],
};

/** The variable is tfjs-node's own, for mirrors. */
const base = () =>
  process.env.TFJS_NODE_BASE_URI ?? 'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-';

/**
 * Leaves `lib` and `deps` in `target`. The maker publishes no digest of the archive.
 * @param {string} packageFolder of @tensorflow/tfjs-node @param {string} target @param {(detail: string) => void} note
 */
export async function buildOnMakersLibrary(packageFolder, target, note) {
  const url = `${base()}gpu-linux-x86_64-${cuda11.tensorflow}.tar.gz`;
  const compiler = await findCompiler();
  if (!(await answers(url)))
    throw new SetUpError(
      `${url} cannot be reached: it has the library for CUDA ${cuda11.cuda}, the newest that this driver runs.`,
      'Install a newer NVIDIA driver, for which PyPI has a library, or set TFJS_NODE_BASE_URI to a mirror.',
    );
  const archive = join(target, 'libtensorflow.tar.gz');
  await downloadFile(url, archive, { note });
  note('unpacking libtensorflow');
  const deps = join(target, 'deps');
  mkdirSync(deps);
  await runProgram('tar', ['-xzf', archive, '-C', deps]);
  rmSync(archive);
  note('compiling the addon');
  await compileAddon(compiler, packageFolder, target, join(deps, 'include'));
}
