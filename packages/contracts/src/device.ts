/** Where TensorFlow computes. */
import { z } from 'zod';

export const deviceNames = ['cpu', 'gpu', 'auto'] as const;
export type Device = (typeof deviceNames)[number];

export const DeviceConfig = z
  .enum(deviceNames)
  .optional()
  .describe(
    'Where TensorFlow computes: cpu (the default); gpu, an NVIDIA GPU, whose build `npm run setup -- --gpu` makes; auto, the GPU where it works, else the CPU with a line that says why (docs/gpu.md). Part of what makes a run repeatable.',
  );
