/** Prompts for people. */
import { visible } from '#features/run/visible-text.tsx';

/** A prompt as people read it: without what every prompt begins with. */
export function promptText(prompt: string): string {
  return visible(prompt.replace(/^question: /, '').trim());
}
