/** Builds TensorFlow.js's addon against libtensorflow out of PyPI's wheel: same C API, so the shipped sources compile unchanged. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { downloadFile, downloadJson } from './download.mjs';
import { root } from './project.mjs';
import { runProgram } from './run-program.mjs';
import { SetUpError } from './set-up-error.mjs';
import { unzip } from './unzip.mjs';

const version = '2.21.0';
const python = '311';
/** Project on PyPI and wheel platform by system; others have no libtensorflow in their wheel that this recipe knows. */
const wheels = {
  'linux-x64': { project: 'tensorflow-cpu', machine: 'x86_64' },
  'linux-arm64': { project: 'tensorflow', machine: 'aarch64' },
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
  const compiler = await findCompiler();
  const downloads = join(target, 'download');
  mkdirSync(downloads);
  const archive = await fetchWheel(wheel, downloads, note);
  note('unpacking libtensorflow');
  const headers = join(target, 'include');
  await unzip(archive, (name) => placeOf(name, target, headers));
  rmSync(downloads, { recursive: true });
  const libraryFolder = join(target, 'deps', 'lib');
  for (const [file, alias] of Object.entries(libraries)) symlinkSync(file, join(libraryFolder, alias));
  note('compiling the addon');
  await compile(compiler, packageFolder, target, headers, libraryFolder);
  rmSync(headers, { recursive: true });
}

function placeOf(name, target, headers) {
  const library = /^tensorflow\/(libtensorflow_\w+\.so\.2)$/.exec(name)?.[1];
  if (library) return join(target, 'deps', 'lib', library);
  const header = /^tensorflow\/include\/(.+\.h)$/.exec(name)?.[1];
  return header && headerFolders.some((folder) => header.startsWith(folder)) ? join(headers, header) : undefined;
}

async function findCompiler() {
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

/** Straight from PyPI, else with pip, whose configuration may know a mirror. */
async function fetchWheel({ project, machine }, folder, note) {
  const wanted = new RegExp(`-${version.replaceAll('.', '\\.')}-cp${python}-cp${python}-manylinux.*_${machine}\\.whl$`);
  try {
    const { files } = await downloadJson(`https://pypi.org/simple/${project}/`, {
      accept: 'application/vnd.pypi.simple.v1+json',
    });
    const file = files.find(({ filename }) => wanted.test(filename));
    if (!file) throw new Error(`PyPI lists no ${project} ${version} for ${machine}`);
    await downloadFile(file.url, join(folder, file.filename), { sha256: file.hashes.sha256, note });
  } catch (direct) {
    note('downloading libtensorflow with pip');
    const platforms = ['manylinux2014', 'manylinux_2_17', 'manylinux_2_27'].flatMap((name) => [
      '--platform',
      `${name}_${machine}`,
    ]);
    const which = [
      '--no-deps',
      '--only-binary=:all:',
      '--implementation',
      'cp',
      '--python-version',
      python,
      '--abi',
      `cp${python}`,
      ...platforms,
    ];
    await runProgram('python3', [
      '-m',
      'pip',
      'download',
      '-q',
      '--no-cache-dir',
      ...which,
      '-d',
      folder,
      `${project}==${version}`,
    ]).catch((error) => {
      throw new Error(`${direct.message}; with pip: ${error.message}`);
    });
  }
  const name = readdirSync(folder).find((file) => wanted.test(file));
  if (!name) throw new Error(`no ${project} ${version} wheel for ${machine} was found`);
  return join(folder, name);
}

async function compile(compiler, packageFolder, target, headers, libraryFolder) {
  const addon = join(target, 'lib', 'napi-v8', 'tfjs_binding.node');
  mkdirSync(dirname(addon), { recursive: true });
  const defines = ['NAPI_VERSION=8', 'NODE_GYP_MODULE_NAME=tfjs_binding', 'BUILDING_NODE_EXTENSION'].map(
    (name) => `-D${name}`,
  );
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(packageFolder, 'binding', file));
  const link = [`-L${libraryFolder}`, '-ltensorflow', '-ltensorflow_framework', '-Wl,-rpath,$ORIGIN/../../deps/lib'];
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
