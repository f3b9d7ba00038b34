/** Builds TensorFlow.js's addon against libtensorflow out of PyPI's wheel. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { compileAddon, findCompiler } from './compile-addon.mjs';
import { fetchWheel } from './pypi-wheel.mjs';
import { unzip } from './unzip.mjs';

const version = '2.21.0';
/** Project on PyPI and wheel platform by system; others have no libtensorflow in their wheel that this recipe knows. */
const wheels = {
  'linux-x64': { project: 'tensorflow-cpu', version, machine: 'x86_64' },
  'linux-arm64': { project: 'tensorflow', version, machine: 'aarch64' },
};
const libraries = {
  'libtensorflow_cc.so.2': 'libtensorflow.so',
  'libtensorflow_framework.so.2': 'libtensorflow_framework.so',
};
const headerFolders = ['tensorflow/c/', 'tensorflow/core/platform/ctstring', 'tsl/', 'xla/tsl/'];

/**
 * Leaves `lib` and `deps` in `target`, as TensorFlow.js expects them.
 * @param {string} packageFolder of @tensorflow/tfjs-node @param {string} target @param {(detail: string) => void} note
 */
export async function buildOnPypiLibrary(packageFolder, target, note) {
  const wheel = wheels[`${process.platform}-${process.arch}`];
  if (!wheel) throw new Error(`PyPI's TensorFlow is not known to fit ${process.platform}-${process.arch}`);
  await buildOnWheel(wheel, packageFolder, target, note);
}

/**
 * The same with a wheel that is named.
 * @param {Parameters<typeof fetchWheel>[0]} wheel @param {string} packageFolder @param {string} target @param {(detail: string) => void} note
 */
export async function buildOnWheel(wheel, packageFolder, target, note) {
  const compiler = await findCompiler();
  const downloads = join(target, 'download');
  mkdirSync(downloads);
  const archive = await fetchWheel(wheel, downloads, note);
  note('unpacking libtensorflow');
  const headers = join(target, 'include');
  await unzip(archive, (name) => placeOf(name, target, headers));
  rmSync(downloads, { recursive: true });
  for (const [file, alias] of Object.entries(libraries)) symlinkSync(file, join(target, 'deps', 'lib', alias));
  note('compiling the addon');
  await compileAddon(compiler, packageFolder, target, headers);
  rmSync(headers, { recursive: true });
}

function placeOf(name, target, headers) {
  const library = /^tensorflow\/(libtensorflow_\w+\.so\.2)$/.exec(name)?.[1];
  if (library) return join(target, 'deps', 'lib', library);
  const header = /^tensorflow\/include\/(.+\.h)$/.exec(name)?.[1];
  return header && headerFolders.some((folder) => header.startsWith(folder)) ? join(headers, header) : undefined;
}
