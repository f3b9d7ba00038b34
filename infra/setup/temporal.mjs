/** Step: the Temporal server's program, downloaded from its maker or built with Go. */
import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cachedTemporal, findTemporal, temporalVersion } from '../temporal/find-server.mjs';
import { downloadFile } from './download.mjs';
import { runProgram } from './run-program.mjs';
import { SetUpError } from './set-up-error.mjs';

export function temporalReady() {
  return Boolean(process.env.TEMPORAL_ADDRESS) || findTemporal() !== null;
}

/** @param {(detail: string) => void} note @returns {Promise<string>} */
export async function installTemporal(note) {
  const staging = `${dirname(cachedTemporal())}.${process.pid}`;
  mkdirSync(staging, { recursive: true });
  try {
    const how = await download(staging, note).then(
      () => 'downloaded',
      (refused) => build(staging, refused, note),
    );
    chmodSync(join(staging, 'temporal'), 0o755);
    rmSync(dirname(cachedTemporal()), { recursive: true, force: true });
    renameSync(staging, dirname(cachedTemporal()));
    return `version ${temporalVersion}, ${how}`;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function download(folder, note) {
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch] ?? process.arch;
  const archive = join(folder, 'temporal.tar.gz');
  await downloadFile(
    `https://temporal.download/cli/archive/v${temporalVersion}?platform=${process.platform}&arch=${arch}`,
    archive,
    { note },
  );
  await runProgram('tar', ['-xzf', archive, '-C', folder, 'temporal']);
  rmSync(archive);
}

/** Go needs minutes for this: what it has compiled so far is told. */
async function build(folder, refused, note) {
  let compiled = 0;
  let downloaded = 0;
  const onLine = (line) => {
    if (line.startsWith('go: downloading')) downloaded++;
    else compiled++;
    note(
      compiled === 0
        ? `building with Go: ${downloaded} modules downloaded`
        : `building with Go: ${compiled} of about 1,500 packages compiled`,
    );
  };
  note('building with Go');
  const module = `github.com/temporalio/cli/cmd/temporal@v${temporalVersion}`;
  try {
    // The linker drops symbols that only a debugger needs.
    await runProgram('go', ['install', '-v', '-ldflags', '-s -w', module], {
      env: { GOBIN: folder, GOFLAGS: '' },
      onLine,
    });
    return 'built with Go';
  } catch (error) {
    const reason = error.code === 'ENOENT' ? 'Go is not installed' : `the build with Go failed: ${error.message}`;
    throw new SetUpError(
      `the Temporal server could not be had. Download: ${refused.message}. ${reason}`,
      'Install the Temporal CLI (https://docs.temporal.io/cli) or Go 1.24 (https://go.dev/dl), or set TEMPORAL_ADDRESS to a running server.',
    );
  }
}
