/** The workflows' code as one bundle, made once per content: bundling takes seconds, a worker should start in one. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

/** Path of the bundle for the present workflow code and SDK, made when it is not in the cache yet. */
export async function workflowBundle(cacheFolder: string, logger: Logger): Promise<{ codePath: string }> {
  const workflowsPath = fileURLToPath(import.meta.resolve('@queryloop/workflows'));
  const contractsPath = fileURLToPath(import.meta.resolve('@queryloop/contracts'));
  const hash = contentHash([workflowsPath, contractsPath].map((path) => dirname(path)));
  const codePath = join(cacheFolder, 'workflow-bundles', `${hash}.js`);
  try {
    readFileSync(codePath);
  } catch {
    const { code } = await bundleWorkflowCode({ workflowsPath, logger });
    mkdirSync(dirname(codePath), { recursive: true });
    const temporary = `${codePath}.${process.pid}`;
    writeFileSync(temporary, code);
    renameSync(temporary, codePath);
  }
  return { codePath };
}

/** Workflows import nothing at run time but the SDK and contracts, so the files of both and its version decide the bundle. */
function contentHash(folders: string[]): string {
  const require = createRequire(import.meta.url);
  const { version } = require('@temporalio/workflow/package.json') as { version: string };
  const hash = createHash('sha256').update(version);
  for (const folder of folders) {
    for (const name of readdirSync(folder).sort()) {
      if (name.endsWith('.ts') && !name.endsWith('.test.ts'))
        hash.update(name).update(readFileSync(join(folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
