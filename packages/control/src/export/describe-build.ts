/** The versions that an export names: what else, beside its inputs, the bits of a result depend on. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ExportedRun } from '@queryloop/contracts';

const project = fileURLToPath(new URL('../../../../', import.meta.url));

export type Build = ExportedRun['exportedWith'];

/** What the worker's package knows of itself. */
export interface BuildSources {
  codeVersion: string;
  /** TensorFlow.js as it was loaded here; `version`: of the native library, where known. */
  engine: { backend: string; version: string | null };
}

export async function describeBuild({ codeVersion, engine }: BuildSources): Promise<Build> {
  const { version } = JSON.parse(readFileSync(`${project}package.json`, 'utf8')) as { version: string };
  return {
    queryloop: version,
    commit: await commit(),
    codeVersion,
    node: process.version,
    tensorflow: engine.version === null ? engine.backend : `${engine.backend} ${engine.version}`,
    processor: `${process.arch} ${cpus()[0]?.model ?? ''}`.trim(),
  };
}

/** Null outside a git checkout. */
async function commit(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', project, 'rev-parse', 'HEAD']);
    return stdout.trim();
  } catch {
    return null;
  }
}
