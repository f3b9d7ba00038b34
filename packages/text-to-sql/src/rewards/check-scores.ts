/** Checks what a reward function gave: a score that is no number must not become a gradient. */

/** @throws what `wrong` makes of a description of what is wrong with the answer */
export function checkScores(answer: unknown, asked: number, wrong: (what: string) => Error): (number | null)[] {
  if (!Array.isArray(answer)) throw wrong(`gave ${described(answer)} rather than an array of scores`);
  if (answer.length !== asked) throw wrong(`gave ${answer.length} scores for ${asked} queries`);
  // By index: holes in an array are skipped by its methods.
  for (let place = 0; place < asked; place++) {
    const score: unknown = answer[place];
    if (score !== null && !(typeof score === 'number' && Number.isFinite(score)))
      throw wrong(`gave ${described(score)} as the score of query ${place}, rather than a finite number or null`);
  }
  return answer as (number | null)[];
}

function described(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value === null || typeof value === 'number' || value === undefined) return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  return `a value of type ${typeof value}`;
}
