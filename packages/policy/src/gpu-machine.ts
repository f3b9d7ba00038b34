/** What this machine says of its GPUs: driver, GPUs, and which libraries open. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { GpuBuild } from './gpu-build.ts';

export interface GpuMachine {
  /** As node has it: linux-x64. */
  system: string;
  /** Whether the driver's library, libcuda.so.1, opens. */
  hasDriver: boolean;
  /** Its version, and the newest CUDA it supports; null where nvidia-smi does not say. */
  driver: string | null;
  cuda: string | null;
  /** Null where nvidia-smi does not say. */
  gpus: { name: string; capability: number | null }[] | null;
  /** CUDA_VISIBLE_DEVICES, where it is set. */
  visible: string | undefined;
  /** Libraries of the build that do not open. */
  missing: string[];
}

const answerMs = 20_000;

/** Asks nvidia-smi, and opens the libraries of `build`. */
export async function readGpuMachine(build: GpuBuild | null): Promise<GpuMachine> {
  const [summary, list] = await Promise.all([
    nvidiaSmi([]),
    nvidiaSmi(['--query-gpu=compute_cap,name', '--format=csv,noheader']),
  ]);
  const hasDriver = opens('libcuda.so.1');
  return {
    system: `${process.platform}-${process.arch}`,
    hasDriver,
    driver: /Driver Version:\s*([\d.]+)/.exec(summary ?? '')?.[1] ?? null,
    cuda: /CUDA Version:\s*([\d.]+)/.exec(summary ?? '')?.[1] ?? null,
    gpus: list === null ? null : gpusIn(list),
    visible: process.env['CUDA_VISIBLE_DEVICES'],
    // opened only where they are of use: they are large
    missing: hasDriver && build !== null ? build.libraries.filter((name) => !opens(placeOf(name, build))) : [],
  };
}

function gpusIn(list: string): { name: string; capability: number | null }[] {
  return list
    .split('\n')
    .map((line) => /^\s*([\d.]+|\[[^\]]*\]),\s*(.+?)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map(([, capability, name]) => ({
      name: name as string,
      capability: Number.parseFloat(capability as string) || null,
    }));
}

/** What it prints; null where it is not there or finds no driver. */
async function nvidiaSmi(options: string[]): Promise<string | null> {
  return await promisify(execFile)('nvidia-smi', options, { timeout: answerMs }).then(
    ({ stdout }) => stdout,
    () => null,
  );
}

function placeOf(library: string, { folders }: GpuBuild): string {
  return folders.map((folder) => join(folder, library)).find((path) => existsSync(path)) ?? library;
}

/** Whether the dynamic linker finds and opens a library, with all that it needs. */
export function opens(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    // Node closes it again, as it is no addon.
    return /did not self-register/.test((error as Error).message);
  }
}
