/** Finds the artifacts that a step's input or output names. */
import { ArtifactRef } from '@queryloop/contracts';

/** Every artifact reference anywhere in a JSON value, each once, in the order of the value. */
export function artifactsIn(value: unknown): ArtifactRef[] {
  const found = new Map<string, ArtifactRef>();
  const look = (part: unknown): void => {
    if (part === null || typeof part !== 'object') return;
    const ref = ArtifactRef.safeParse(part);
    if (ref.success) found.set(`${ref.data.kind} ${ref.data.hash}`, ref.data);
    else for (const inner of Object.values(part)) look(inner);
  };
  look(value);
  return [...found.values()];
}
