/** Takes the setting `device` to the process that loads TensorFlow, and decides there whether it is to be a GPU. */
import { delimiter } from 'node:path';
import { type Device, deviceNames, UserError } from '@queryloop/contracts';
import { loadGpuAddon } from './gpu-addon.ts';
import { findGpuBuild, type GpuBuild } from './gpu-build.ts';
import { type GpuMachine, readGpuMachine } from './gpu-machine.ts';
import { type GpuProblem, gpuProblem } from './gpu-problem.ts';

/** The variable by which a process knows its device. */
const variable = 'QUERYLOOP_DEVICE';

/** What this process was told, the CPU where nothing was said. Throws UserError for an unknown name. */
export function deviceOfProcess(): Device {
  const given = process.env[variable] || 'cpu';
  const device = deviceNames.find((name) => name === given);
  if (device !== undefined) return device;
  throw new UserError({
    message: `${variable}: "${given}" is not one of ${deviceNames.join(', ')}`,
    field: variable,
    hint: 'Give one of them, or unset the variable.',
  });
}

/** Oldest GPUs whose matrix units take bfloat16: Ampere. */
const bfloat16Capability = 8;

/**
 * Environment of a process that is to compute on `device`. The linker reads its path, and CUDA its settings, once; what the user has
 * set of them stays.
 */
export function deviceEnvironment(device: Device): Record<string, string> {
  if (device === 'cpu') return { [variable]: device };
  const own = process.env;
  const folders = findGpuBuild()?.folders ?? [];
  const path = [...folders, ...(own['LD_LIBRARY_PATH'] ? [own['LD_LIBRARY_PATH']] : [])].join(delimiter);
  const defaults = {
    // Without it TensorFlow takes all memory of the GPU at its start.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // One GPU, numbered as nvidia-smi does.
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
    CUDA_VISIBLE_DEVICES: '0',
    // The same sums in the same order each time: a run repeats bit for bit.
    TF_DETERMINISTIC_OPS: '1',
    TF_CUDNN_DETERMINISTIC: '1',
    CUBLAS_WORKSPACE_CONFIG: ':4096:8',
  };
  const kept = Object.entries(defaults).map(([name, value]) => [name, own[name] ?? value]);
  return { [variable]: device, ...Object.fromEntries(kept), ...(path !== '' && { LD_LIBRARY_PATH: path }) };
}

export interface OpenedDevice {
  /** The build whose addon tfjs-node will load; null on the CPU. */
  gpu: GpuBuild | null;
  /** Whether its large products are to be computed in bfloat16. */
  bfloat16: boolean;
  /** Why `auto` takes the CPU. */
  problem: GpuProblem | null;
}

/** Makes `device` ready for tfjs-node to be loaded. Throws UserError where a GPU was asked for and cannot be used. */
export async function openDevice(device: Device): Promise<OpenedDevice> {
  const cpu = { gpu: null, bfloat16: false, problem: null };
  if (device === 'cpu') return cpu;
  const build = findGpuBuild();
  const machine = await readGpuMachine(build);
  const problem = gpuProblem(build, machine) ?? addonProblem(build as GpuBuild);
  if (problem === null) return { gpu: build, bfloat16: multipliesBfloat16(machine), problem };
  if (device === 'gpu') throw gpuRefusal(problem);
  return { ...cpu, problem };
}

function addonProblem({ addon }: GpuBuild): GpuProblem | null {
  try {
    loadGpuAddon(addon);
    return null;
  } catch (error) {
    return {
      what: `the GPU build of TensorFlow does not load: ${(error as Error).message.split('\n')[0]}`,
      hint: 'Remove the folder tfjs-node-gpu-* of the cache and run `npm run setup -- --gpu`.',
    };
  }
}

/** TensorFlow itself only writes it to stderr. */
export const unusedGpu: GpuProblem = {
  what: 'TensorFlow took no GPU into use, though driver and libraries are there',
  hint: 'See what it wrote to .queryloop/logs/policy.log, and whether nvidia-smi works.',
};

/** Where one is too old or unknown, products stay float32. */
function multipliesBfloat16({ gpus }: GpuMachine): boolean {
  return gpus?.every(({ capability }) => (capability ?? 0) >= bfloat16Capability) ?? false;
}

export function gpuRefusal({ what, hint }: GpuProblem): UserError {
  return new UserError({
    message: `device: gpu cannot be used: ${what}`,
    field: 'device',
    hint: `${hint} With device: auto the CPU is taken where no GPU can be used.`,
  });
}

/** The line that says why `device: auto` computes on the CPU. */
export function cpuInstead({ what }: GpuProblem): string {
  return `device: auto computes on the CPU: ${what}`;
}
