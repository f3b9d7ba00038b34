/** For a dry run: what a step would give without being done. */
import { mkdirSync } from 'node:fs';
import { foldersOf } from '@queryloop/contracts/folders';
import { openArtifacts, openStepCache } from '@queryloop/store/artifacts';
import { codeVersion } from './code-version.ts';
import { cachedSteps } from './step-cache.ts';
import { stepFingerprint } from './step-fingerprint.ts';

export async function lookUpStep(step: string, input: unknown): Promise<unknown> {
  const { home, cache: cacheFolder } = foldersOf();
  mkdirSync(cacheFolder, { recursive: true });
  const steps = cachedSteps({
    cache: openStepCache(home),
    artifacts: openArtifacts(home),
    cacheFolder,
    codeVersion: codeVersion(),
    fingerprint: stepFingerprint,
    warn: () => undefined,
  });
  return await steps.lookUp(step, input, {
    progress: () => undefined,
    alive: () => undefined,
    signal: new AbortController().signal,
  });
}
