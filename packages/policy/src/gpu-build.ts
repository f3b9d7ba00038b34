/** The build of TensorFlow's binding for NVIDIA's GPUs, which `npm run setup -- --gpu` makes in the cache (infra/setup/tensorflow-gpu.mjs). */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { foldersOf } from '@queryloop/contracts/folders';

/** What set-up writes beside the build. */
interface Manifest {
  tensorflow: string;
  cuda: string;
  cudnn: string;
  /** Oldest driver that the CUDA libraries run on. */
  driver: string;
  /** Lowest compute capability that the library has kernels for. */
  capability: string;
  /** Libraries TensorFlow opens before it takes a GPU into use. */
  libraries: string[];
  /** Folders of CUDA's libraries, relative to the build; none where they are the machine's own. */
  folders: string[];
}

export interface GpuBuild extends Manifest {
  addon: string;
}

/** The build of this machine; null where there is none. */
export function findGpuBuild(cache: string = foldersOf().cache): GpuBuild | null {
  const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-node/package.json') as { version: string };
  const root = join(cache, `tfjs-node-gpu-${version}-${process.platform}-${process.arch}`);
  const file = join(root, 'gpu.json');
  if (!existsSync(file)) return null;
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  return {
    ...manifest,
    folders: manifest.folders.map((folder) => join(root, folder)),
    addon: join(root, 'lib', 'napi-v8', 'tfjs_binding.node'),
  };
}
