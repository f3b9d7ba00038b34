/** Wheels of PyPI: straight from there, else with pip, whose configuration may know a mirror. */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { downloadFile, downloadJson } from './download.mjs';
import { runProgram } from './run-program.mjs';

/** The Python whose wheels are taken; the libraries in them are the same for all. */
const python = '311';
const systems = ['manylinux2014', 'manylinux_2_17', 'manylinux_2_27', 'manylinux_2_25', 'manylinux2010'];

/**
 * Gives the path of the wheel in `folder`. With `sha256` it must be that very file.
 * @param {{ project: string, version: string, machine: string, sha256?: string }} wheel
 * @param {string} folder @param {(detail: string) => void} note @returns {Promise<string>}
 */
export async function fetchWheel({ project, version, machine, sha256 }, folder, note) {
  const name = project.replaceAll('-', '_');
  const escaped = `${name}-${version}`.replaceAll('.', '\\.');
  const wanted = new RegExp(`^${escaped}-(cp${python}-cp${python}|py3-none)-manylinux.*_${machine}\\.whl$`);
  const say = (detail) => note(`${project}: ${detail}`);
  try {
    const { files } = await downloadJson(`https://pypi.org/simple/${project}/`, {
      accept: 'application/vnd.pypi.simple.v1+json',
    });
    const file = files.find(({ filename, hashes }) => wanted.test(filename) && (!sha256 || hashes.sha256 === sha256));
    if (!file) throw new Error(`PyPI lists no ${project} ${version} for ${machine}`);
    await downloadFile(file.url, join(folder, file.filename), { sha256: file.hashes.sha256, note: say });
  } catch (direct) {
    say('downloading with pip');
    await downloadWithPip(`${project}==${version}`, machine, folder).catch((error) => {
      throw new Error(`${direct.message}; with pip: ${error.message}`);
    });
  }
  const found = readdirSync(folder).find((file) => wanted.test(file));
  if (!found) throw new Error(`no ${project} ${version} wheel for ${machine} was found`);
  const path = join(folder, found);
  if (sha256 && (await digestOf(path)) !== sha256) throw new Error(`${found} is another file than expected (SHA-256)`);
  return path;
}

async function downloadWithPip(requirement, machine, folder) {
  const platforms = systems.flatMap((name) => ['--platform', `${name}_${machine}`]);
  const interpreter = ['--implementation', 'cp', '--python-version', python, '--abi', `cp${python}`];
  const quiet = ['-q', '--no-cache-dir', '--no-deps', '--only-binary=:all:'];
  await runProgram('python3', [
    ...['-m', 'pip', 'download', ...quiet, ...interpreter, ...platforms, '-d', folder],
    requirement,
  ]);
}

async function digestOf(file) {
  const digest = createHash('sha256');
  await pipeline(createReadStream(file), digest);
  return digest.digest('hex');
}
