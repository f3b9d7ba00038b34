/** Loads TensorFlow.js once per process, with the thread count fixed before libtensorflow starts, because results depend on it. */
import { createRequire } from 'node:module';
import { UserError } from '@queryloop/contracts';
import { useOneDnn } from './onednn-kernels.ts';

export type TF = typeof import('@tensorflow/tfjs');

export interface EngineInfo {
  backend: 'tensorflow' | 'wasm';
  /** Intra-op threads; results are repeatable only at an equal number. */
  threads: number;
  /** Version of the native library, or null on wasm. */
  libtensorflow: string | null;
}

let loaded: { tf: TF; info: EngineInfo } | undefined;

/**
 * Environment for a process that will load TensorFlow. `loadTensorflow` sets all of it but GLIBC_TUNABLES, which the C library
 * reads only when a process starts: huge pages there take page faults off large tensors (2–3× faster elementwise operations).
 */
export function tensorflowEnvironment(threads: number): Record<string, string> {
  return {
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
  Object.assign(process.env, tensorflowEnvironment(threads));
  loaded = (await loadNative(threads)) ?? (await loadWasm(allowWasm));
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

async function loadNative(threads: number): Promise<typeof loaded> {
  const restore = silenceDeprecations();
  try {
    const require = createRequire(import.meta.url);
    const tf = require('@tensorflow/tfjs-node') as TF & { node?: unknown; version: Record<string, string> };
    await tf.ready();
    if (tf.getBackend() !== 'tensorflow') throw new Error(`backend is ${tf.getBackend()}`);
    const binding = (tf.backend() as unknown as { binding: { TF_Version?: string } }).binding;
    useOneDnn(tf);
    // Calls the two deprecated functions of node:util once, while their warnings are off; later calls stay silent.
    tf.tidy(() => tf.concat([tf.ones([2]), tf.ones([2])]).dataSync());
    return { tf, info: { backend: 'tensorflow', threads, libtensorflow: binding.TF_Version ?? null } };
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
