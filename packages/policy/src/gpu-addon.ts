/** Has tfjs-node work with another build of its addon: it takes the one in its own folder and knows no setting for it. */
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * Loads the addon at `path` where tfjs-node will look for its own; call it before tfjs-node is loaded. tfjs-node-gpu is the same code
 * and the same addon, linked with another library. Throws the linker's error when that cannot be opened.
 */
export function loadGpuAddon(path: string): void {
  const packageJson = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json');
  const require = createRequire(packageJson);
  const preGyp = require('@mapbox/node-pre-gyp') as { find(packageJson: string): string };
  require(path);
  require.cache[realpathSync(preGyp.find(packageJson))] = require.cache[realpathSync(path)];
}
