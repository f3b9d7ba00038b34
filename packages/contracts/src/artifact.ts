/** References to content-addressed artifacts: what workflows carry instead of completions, tensors and files. */
import { z } from 'zod';

export const ArtifactKind = z.enum([
  'dataset',
  'database',
  'checkpoint',
  'rollout',
  'rewards',
  'executions',
  'gradient',
  'predictions',
  'analysis',
]);
export type ArtifactKind = z.infer<typeof ArtifactKind>;

/** `hash` is the SHA-256 of the content (of the sorted file list for a folder); `bytes` its size. */
export const ArtifactRef = z.object({
  kind: ArtifactKind,
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
});
export type ArtifactRef = z.infer<typeof ArtifactRef>;
