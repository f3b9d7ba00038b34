/** Which CUDA library set-up takes, and that what it downloads for it is pinned. */
import { expect, it } from 'vitest';
import { cuda11 } from './tensorflow-from-maker.mjs';
import { buildFor } from './tensorflow-gpu.mjs';
import { cuda12, cudaWheels, tensorflowWheel } from './tensorflow-gpu-wheels.mjs';

it.each([
  [null, cuda12],
  ['525.60.13', cuda12],
  ['580.65.06', cuda12],
  ['470.57.02', cuda11],
  ['450.80.02', cuda11],
  // too old for either: the message names what the newer one needs
  ['418.39', cuda12],
])('with driver %s', (driver, build) => {
  expect(buildFor(driver)).toBe(build);
});

it('pins every wheel by version and SHA-256, and the versions the two files name agree', () => {
  for (const { version, sha256 } of [tensorflowWheel, ...cudaWheels]) {
    expect(version).toMatch(/^\d+(\.\d+)+$/);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(tensorflowWheel.version).toBe(cuda12.tensorflow);
});
