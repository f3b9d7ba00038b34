/** Noise in the wording of grammar questions, so that the policy learns to read past words it does not know. */
import { keyedDraw } from '@queryloop/text-to-sql';

/**
 * Replaces, drops or precedes each word by one of `vocabulary` with probability `share` in all. Placeholders stay.
 */
export function addWordNoise(
  question: string,
  vocabulary: readonly string[],
  share: number,
  key: readonly number[],
): string {
  if (share === 0 || vocabulary.length === 0) return question;
  const draw = keyedDraw(...key, NOISE_STREAM);
  return question
    .split(' ')
    .flatMap((word) => {
      if (!draw.chance(share)) return [word];
      const other = draw.pick(vocabulary);
      if (word.startsWith('{')) return [other, word];
      return draw.pick([[other], [], [other, word]]);
    })
    .join(' ');
}

/** Keeps the draws of noise apart from those of the pair itself. */
const NOISE_STREAM = 77;
