/** Python programs that tests hold ours against (MLflow, TensorBoard, schemathesis …), in a virtual environment of their own. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aptInstall } from '../setup/apt-install.ts';
import { cacheFolder } from '../setup/cache-folder.mjs';
import { takeLock } from '../setup/lock.mjs';
import { runProgram } from '../setup/run-program.mjs';

export interface PythonTools {
  /** Folder of the programs: python, mlflow, schemathesis, tensorboard. */
  bin: string;
}

const requirements = fileURLToPath(new URL('./requirements.txt', import.meta.url));
const oldest = [3, 11] as const;
const installTimeoutMs = 15 * 60_000;
const byHand = `Install Python ${oldest.join('.')} or newer with its venv module (Debian, Ubuntu: apt-get install python3-venv) and run again.`;

/**
 * The programs of requirements.txt: made once (about a minute, 1 GB) in the cache folder, then found there.
 * @throws Error saying what to do when Python or PyPI is not there
 */
export async function pythonTools(): Promise<PythonTools> {
  const version = findPython();
  const key = createHash('sha256').update(version).update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), `python-${key}`);
  const whole = join(folder, 'complete');
  const tools = { bin: join(folder, 'bin') };
  if (existsSync(whole)) return tools;
  const release = await takeLock(`${folder}.lock`, () => undefined);
  try {
    if (existsSync(whole)) return tools;
    rmSync(folder, { recursive: true, force: true });
    await makeEnvironment(folder);
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--disable-pip-version-check'];
    await runProgram(join(tools.bin, 'python'), [...pip, '-r', requirements], { timeoutMs: installTimeoutMs });
    writeFileSync(whole, '');
    return tools;
  } catch (error) {
    throw new Error(`the Python programs for tests could not be installed: ${(error as Error).message}`);
  } finally {
    release();
  }
}

/** @returns the version of python3, installed when missing */
function findPython(): string {
  const ask = () =>
    spawnSync('python3', ['-c', 'import sys; print(*sys.version_info[:3], sys.executable)'], { encoding: 'utf8' });
  let answer = ask();
  if (answer.error && aptInstall('python3-venv') === null) answer = ask();
  if (answer.status !== 0) throw new Error(`python3 was not found. ${byHand}`);
  const [major = 0, minor = 0] = answer.stdout.split(' ').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    throw new Error(`python3 is ${major}.${minor}. ${byHand}`);
  return answer.stdout;
}

/** Debian's Python comes without ensurepip; its package python3-venv brings it. */
async function makeEnvironment(folder: string): Promise<void> {
  const make = () => runProgram('python3', ['-m', 'venv', folder]);
  await make().catch(async (error: Error) => {
    const why = aptInstall('python3-venv');
    if (why !== null) throw new Error(`${error.message}\n${why}. ${byHand}`);
    rmSync(folder, { recursive: true, force: true });
    await make();
  });
}
