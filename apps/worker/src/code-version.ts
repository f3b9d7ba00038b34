/** Tells apart the versions of the code that steps are made of: what one version computed is not taken for the work of another. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const sources = [
  'activities/src',
  'packages/contracts/src',
  'packages/grpo/src',
  'packages/policy/src',
  'packages/text-to-sql/src',
];
const notRun = /(\.test\.ts|\.fixture\.ts|\.md|\/contract-suite\.ts|\/harness\.ts)$/;

let version: string | undefined;

/**
 * SHA-256 in hex of the steps' sources (word lists included, tests not), the version of TensorFlow.js and the kind of
 * processor, whose arithmetic differs in the last bits. Read once per process: about 200 files.
 */
export function codeVersion(): string {
  version ??= hashOfSources();
  return version;
}

function hashOfSources(): string {
  const hash = createHash('sha256').update(tensorflowVersion()).update(process.arch);
  for (const folder of sources) {
    const files = readdirSync(join(project, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(project.length))
      .filter((path) => !notRun.test(path))
      .sort();
    for (const path of files)
      hash
        .update(path)
        .update('\0')
        .update(readFileSync(join(project, path)))
        .update('\0');
  }
  return hash.digest('hex');
}

function tensorflowVersion(): string {
  const entry = createRequire(join(project, 'packages/policy/src/index.ts')).resolve('@tensorflow/tfjs/package.json');
  return `${dirname(entry).split('/').at(-1)} ${(JSON.parse(readFileSync(entry, 'utf8')) as { version: string }).version}`;
}
