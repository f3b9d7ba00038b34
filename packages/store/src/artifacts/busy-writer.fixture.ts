/** A process that writes folders and steps without end, and prints each artifact once it is kept: to be killed in the middle. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openArtifacts, openStepCache } from './open-artifacts.ts';

const home = process.argv[2] ?? '';
const artifacts = openArtifacts(home);
const steps = openStepCache(home);
for (;;) {
  const checkpoint = await artifacts.putFolder('checkpoint', async (folder) => {
    mkdirSync(join(folder, 'optimizer'));
    for (const name of ['weights', 'optimizer/first', 'optimizer/second', 'config'])
      writeFileSync(join(folder, name), randomBytes(300_000));
  });
  const key = randomBytes(32).toString('hex');
  await steps.put(key, { step: 'updatePolicy', input: { key }, output: { checkpoint } });
  process.stdout.write(`${JSON.stringify({ key, checkpoint })}\n`);
}
