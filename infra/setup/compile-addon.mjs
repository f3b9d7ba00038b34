/** Compiles TensorFlow.js's addon against a libtensorflow: same C API in all of them, so the shipped sources compile unchanged. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './project.mjs';
import { runProgram } from './run-program.mjs';
import { SetUpError } from './set-up-error.mjs';

/** Name of the compiler to use. Throws SetUpError where there is none. */
export async function findCompiler() {
  for (const name of [process.env.CXX, 'g++', 'c++', 'clang++'].filter(Boolean)) {
    const works = await runProgram(name, ['--version']).then(
      () => true,
      () => false,
    );
    if (works) return name;
  }
  throw new SetUpError(
    'no C++ compiler was found.',
    'Install one: sudo apt-get install -y g++ (Debian, Ubuntu), sudo dnf install gcc-c++ (Fedora).',
  );
}

/**
 * Leaves the addon in `target`/lib/napi-v8, linked with the libraries of `target`/deps/lib.
 * @param {string} compiler @param {string} packageFolder of @tensorflow/tfjs-node @param {string} target @param {string} headers
 */
export async function compileAddon(compiler, packageFolder, target, headers) {
  const addon = join(target, 'lib', 'napi-v8', 'tfjs_binding.node');
  mkdirSync(dirname(addon), { recursive: true });
  const defines = ['NAPI_VERSION=8', 'NODE_GYP_MODULE_NAME=tfjs_binding', 'BUILDING_NODE_EXTENSION'].map(
    (name) => `-D${name}`,
  );
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(packageFolder, 'binding', file));
  const libraries = ['-ltensorflow', '-ltensorflow_framework', '-Wl,-rpath,$ORIGIN/../../deps/lib'];
  const link = [`-L${join(target, 'deps', 'lib')}`, ...libraries];
  const flags = ['-std=c++17', '-O2', '-fPIC', '-shared', '-w', ...defines, `-I${nodeHeaders()}`, `-I${headers}`];
  await runProgram(compiler, [...flags, ...sources, '-o', addon, ...link]);
}

/** The npm package that brings Node brings its headers. */
function nodeHeaders() {
  const candidates = [
    join(root, 'node_modules', `node-${process.platform}-${process.arch}`),
    dirname(dirname(process.execPath)),
    '/usr',
  ];
  const found = candidates
    .map((folder) => join(folder, 'include', 'node'))
    .find((folder) => existsSync(join(folder, 'node_api.h')));
  if (!found)
    throw new SetUpError(
      'the headers of Node (node_api.h) were not found.',
      'Install Node from https://nodejs.org: it brings them.',
    );
  return found;
}
