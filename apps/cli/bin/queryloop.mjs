#!/usr/bin/env node
/** Starts the command line under the Node the project brings (node_modules/node), whatever Node called it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const runsTypeScript = major === 22 && minor >= 18;

if (runsTypeScript) {
  const { main } = await import('../src/main.ts');
  await main(process.argv);
} else if (existsSync(own)) {
  const child = spawn(
    own,
    ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  );
  // The child decides what a signal means; this process only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
} else {
  console.error(
    'queryloop: not set up yet; run "npm run setup" in the project first (Node 22.18 or later of version 22 is needed).',
  );
  process.exit(2);
}
