/** What TensorFlow computes with. */
import { z } from 'zod';

export const deviceNames = ['cpu', 'gpu', 'auto'] as const;
export type Device = (typeof deviceNames)[number];

export const DeviceConfig = z
  .enum(deviceNames)
  .optional()
  .describe(
    'Where TensorFlow computes: cpu (the default); gpu, an NVIDIA GPU, whose build `npm run setup -- --gpu` makes; auto, the GPU where it works, else the CPU with a line that says why (docs/gpu.md). Part of what makes a run repeatable.',
  );

/** What the bits of a step's result depend on beside what it is given. */
export interface Engine {
  /** TensorFlow threads. */
  threads: number;
  /** Where it computes: the CPU, when left out. */
  device?: Device | undefined;
}

/** The fields of an `Engine` in the inputs of steps. */
export const engineFields = { threads: z.number().int(), device: DeviceConfig };
