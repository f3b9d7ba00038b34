/** What stands between a machine and its GPU is named, one thing at a time, in the order in which a user mends it. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GpuBuild } from './gpu-build.ts';
import type { GpuMachine } from './gpu-machine.ts';
import { gpuProblem } from './gpu-problem.ts';

const build: GpuBuild = {
  tensorflow: '2.21.0',
  cuda: '12.5',
  cudnn: '9',
  driver: '525.60.13',
  capability: '6.0',
  libraries: ['libcudart.so.12', 'libcudnn.so.9'],
  folders: ['/cache/nvidia/cudnn/lib'],
  addon: '/cache/tfjs_binding.node',
};
const fit: GpuMachine = {
  system: 'linux-x64',
  hasDriver: true,
  driver: '535.104.05',
  cuda: '12.2',
  gpus: [{ name: 'NVIDIA A100', capability: 8 }],
  visible: undefined,
  missing: [],
};

it.each<[string, GpuBuild | null, Partial<GpuMachine>, RegExp]>([
  ['another system', build, { system: 'darwin-arm64' }, /no CUDA build for darwin-arm64/],
  ['no driver', build, { hasDriver: false, driver: null }, /no NVIDIA driver was found \(libcuda\.so\.1\)/],
  ['no build', null, {}, /no GPU build/],
  [
    'an old driver',
    build,
    { driver: '470.57.02', cuda: '11.4' },
    /470\.57\.02 \(CUDA 11\.4\) is too old for TensorFlow 2\.21\.0 \(CUDA 12\.5\), which needs 525\.60\.13/,
  ],
  ['hidden GPUs', build, { visible: '' }, /hides every GPU/],
  ['hidden GPUs by −1', build, { visible: '-1' }, /CUDA_VISIBLE_DEVICES is "-1"/],
  ['no GPU', build, { gpus: [] }, /shows no GPU/],
  ['an old GPU', build, { gpus: [{ name: 'Tesla K80', capability: 3.7 }] }, /Tesla K80 .* older/],
  ['a missing library', build, { missing: ['libcudnn.so.9'] }, /libcudnn\.so\.9 cannot be opened/],
])('names %s', (_, given, machine, what) => {
  expect(gpuProblem(given, { ...fit, ...machine })?.what).toMatch(what);
});

it('names nothing where all is there, or nvidia-smi does not say', () => {
  expect(gpuProblem(build, fit)).toBeNull();
  expect(gpuProblem(build, { ...fit, driver: null, cuda: null, gpus: null, visible: '0' })).toBeNull();
});

it('leads from no driver and no build to both', () => {
  expect(gpuProblem(null, { ...fit, hasDriver: false })?.hint).toMatch(/Install.*npm run setup -- --gpu/);
});

it('tells drivers apart by number, not by letter', () => {
  const part = fc.nat({ max: 999 });
  fc.assert(
    fc.property(part, part, part, part, (a, b, c, d) => {
      const problem = gpuProblem({ ...build, driver: `${c}.${d}` }, { ...fit, driver: `${a}.${b}` });
      expect(problem === null).toBe(a > c || (a === c && b >= d));
    }),
  );
});
