/** Why no GPU can be used here: what is missing, and the way to get it. */
import type { GpuBuild } from './gpu-build.ts';
import type { GpuMachine } from './gpu-machine.ts';

export interface GpuProblem {
  /** What is missing, to be put after a colon. */
  what: string;
  /** How to mend it: one sentence or two. */
  hint: string;
}

const setUp = 'npm run setup -- --gpu';

/** The first thing that stands between `build` and a GPU; null where TensorFlow should be able to use one. */
export function gpuProblem(build: GpuBuild | null, machine: GpuMachine): GpuProblem | null {
  const { system, hasDriver, driver, cuda, gpus, visible, missing } = machine;
  if (system !== 'linux-x64')
    return { what: `TensorFlow has no CUDA build for ${system}`, hint: 'Use an x86-64 Linux machine.' };
  if (!hasDriver)
    return {
      what: 'no NVIDIA driver was found (libcuda.so.1)',
      hint: `Install NVIDIA's driver, in a container start it with its GPUs (docker run --gpus all)${build === null ? `, then run \`${setUp}\`` : ''}.`,
    };
  if (build === null) return { what: 'there is no GPU build of TensorFlow yet', hint: `Run \`${setUp}\`.` };
  if (driver !== null && isOlder(driver, build.driver))
    return {
      what: `the NVIDIA driver ${driver}${cuda === null ? '' : ` (CUDA ${cuda})`} is too old for TensorFlow ${build.tensorflow} (CUDA ${build.cuda}), which needs ${build.driver}`,
      hint: `Install driver ${build.driver} or newer, or run \`${setUp}\`, which builds on an older CUDA where the driver asks for one.`,
    };
  if (visible !== undefined && /^\s*(-1.*)?$/.test(visible))
    return {
      what: `CUDA_VISIBLE_DEVICES is "${visible}", which hides every GPU`,
      hint: 'Set it to the number of a GPU (0 is the first), or unset it.',
    };
  if (gpus?.length === 0)
    return { what: 'the NVIDIA driver shows no GPU', hint: 'See what `nvidia-smi` says of the machine.' };
  if (gpus?.every(({ capability }) => capability !== null && capability < Number(build.capability)))
    return {
      what: `${gpus.map(({ name, capability }) => `${name} (compute capability ${capability})`).join(', ')} is older than TensorFlow ${build.tensorflow} supports (${build.capability})`,
      hint: 'Use a newer GPU.',
    };
  if (missing.length > 0)
    return {
      what: `${missing.join(', ')} cannot be opened, of the libraries of CUDA ${build.cuda} and cuDNN ${build.cudnn}`,
      hint:
        build.folders.length > 0
          ? `Remove the folder tfjs-node-gpu-* of the cache (QUERYLOOP_CACHE_DIR, else ~/.cache/queryloop) and run \`${setUp}\`.`
          : `Install CUDA ${build.cuda} and cuDNN ${build.cudnn}, and put their folders on LD_LIBRARY_PATH.`,
    };
  return null;
}

/** Whether version `a` comes before `b`: dotted numbers. */
function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  const place = right.findIndex((part, i) => part !== (left[i] ?? 0));
  return place >= 0 && (left[place] ?? 0) < (right[place] as number);
}
