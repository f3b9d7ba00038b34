/** Loads TensorFlow.js once per process, with the thread count fixed before libtensorflow starts, because results depend on it. */
import { createRequire } from 'node:module';
import { type Device, UserError } from '@queryloop/contracts';
import { useBfloat16 } from './bfloat16-products.ts';
import { cpuInstead, deviceEnvironment, deviceOfProcess, gpuRefusal, openDevice, unusedGpu } from './device.ts';
import type { GpuBuild } from './gpu-build.ts';
import type { NativeBackend } from './native-backend.ts';
import { useOneDnn } from './onednn-kernels.ts';

export type TF = typeof import('@tensorflow/tfjs');

export interface EngineInfo {
  backend: 'tensorflow' | 'wasm';
  /** Intra-op threads; results are repeatable only at an equal number. */
  threads: number;
  /** Version of the native library, or null on wasm. */
  libtensorflow: string | null;
  /** Present on a GPU: what it is, and whether large products are computed in bfloat16. */
  gpu?: { cuda: string; bfloat16: boolean };
  /** Present where `device: auto` found no GPU to compute on: the line that says why. */
  note?: string;
}

let loaded: { tf: TF; info: EngineInfo } | undefined;

/**
 * Environment for a process that will load TensorFlow, on this process's device where none is given. `loadTensorflow` sets all of it
 * but GLIBC_TUNABLES, which the C library reads only when a process starts: huge pages there take page faults off large tensors
 * (2–3× faster elementwise operations). On a GPU the same holds for the path of CUDA's libraries.
 */
export function tensorflowEnvironment(threads: number, device: Device = deviceOfProcess()): Record<string, string> {
  return {
    ...deviceEnvironment(device),
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    TF_CPP_MIN_LOG_LEVEL: '2',
    // Its kernels are called by name (onednn-kernels.ts); switched on for all operations it announces itself on stderr.
    TF_ENABLE_ONEDNN_OPTS: '0',
    GLIBC_TUNABLES:
      'glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=1073741824',
  };
}

/**
 * Loads the native binding; with `allowWasm`, falls back to WebAssembly where it cannot be loaded (evaluation only: no training).
 * Later calls return the same engine; asking for another thread count then is a UserError.
 */
export async function loadTensorflow({ threads = 2, allowWasm = false } = {}): Promise<TF> {
  if (loaded) {
    if (loaded.info.threads !== threads && loaded.info.backend === 'tensorflow')
      throw new UserError({
        message: `TensorFlow already runs with ${loaded.info.threads} threads in this process; ${threads} were asked for`,
        field: 'threads',
        hint: 'use one thread count per process',
      });
    return loaded.tf;
  }
  const device = deviceOfProcess();
  Object.assign(process.env, tensorflowEnvironment(threads, device));
  const { gpu, bfloat16, problem } = await openDevice(device);
  const engine = (await loadNative(threads, gpu, bfloat16)) ?? (await loadWasm(allowWasm));
  const refused = problem ?? (gpu !== null && engine.info.gpu === undefined ? unusedGpu : null);
  if (refused !== null) {
    if (device === 'gpu') throw gpuRefusal(refused);
    engine.info.note = cpuInstead(refused);
    process.emitWarning(engine.info.note, 'PolicyWarning');
  }
  loaded = engine;
  return loaded.tf;
}

/** tf.tidy for functions that return more than tensors: tensors inside the result survive, all others are freed. */
export function tidy<T>(compute: () => T): T {
  return (tensorflow().tidy as unknown as (f: () => T) => T)(compute);
}

/** The engine that `loadTensorflow` loaded. */
export function tensorflow(): TF {
  if (!loaded) throw new Error('loadTensorflow must be awaited first');
  return loaded.tf;
}

export function engineInfo(): EngineInfo {
  if (!loaded) throw new Error('loadTensorflow must be awaited first');
  return loaded.info;
}

let nativeFailure = '';

async function loadNative(threads: number, gpu: GpuBuild | null, bfloat16: boolean): Promise<typeof loaded> {
  const restore = silenceDeprecations();
  try {
    const require = createRequire(import.meta.url);
    const tf = require('@tensorflow/tfjs-node') as TF & { node?: unknown; version: Record<string, string> };
    await tf.ready();
    if (tf.getBackend() !== 'tensorflow') throw new Error(`backend is ${tf.getBackend()}`);
    const { binding, isUsingGpuDevice } = tf.backend() as unknown as NativeBackend;
    const onGpu = gpu !== null && isUsingGpuDevice;
    if (onGpu && bfloat16) useBfloat16(tf);
    else useOneDnn(tf);
    // Calls the two deprecated functions of node:util once, while their warnings are off; later calls stay silent.
    tf.tidy(() => tf.concat([tf.ones([2]), tf.ones([2])]).dataSync());
    const info: EngineInfo = { backend: 'tensorflow', threads, libtensorflow: binding.TF_Version ?? null };
    return { tf, info: onGpu ? { ...info, gpu: { cuda: gpu.cuda, bfloat16 } } : info };
  } catch (error) {
    nativeFailure = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return undefined;
  } finally {
    restore();
  }
}

async function loadWasm(allowed: boolean): Promise<NonNullable<typeof loaded>> {
  if (!allowed)
    throw new UserError({
      message: `TensorFlow's native library cannot be loaded: ${nativeFailure}`,
      hint: 'run `npm run setup`, which builds it',
    });
  const tf = await import('@tensorflow/tfjs');
  await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
  await tf.ready();
  return { tf, info: { backend: 'wasm', threads: 1, libtensorflow: null } };
}

/** tfjs-node calls functions of node:util that Node 22 deprecates; users can do nothing about those warnings. */
function silenceDeprecations(): () => void {
  const original = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (rest[0] !== 'DeprecationWarning') (original as (...all: unknown[]) => void).call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  return () => {
    process.emitWarning = original;
  };
}
