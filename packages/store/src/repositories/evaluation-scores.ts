/** Scores of evaluations as series beside the metrics: `dev/accuracy`, `test/ems`, … */

/** Name of a score in a series, and its column. */
export const scoreColumns = {
  accuracy: 'accuracy',
  error_rate: 'errorRate',
  ems: 'ems',
  rems: 'rems',
} as const;

type Score = keyof typeof scoreColumns;
const scores = Object.keys(scoreColumns) as Score[];
const splits = ['dev', 'test'] as const;

/** Series that evaluations of a split give. */
export function scoreNames(split: string): string[] {
  return scores.map((score) => `${split}/${score}`);
}

/** The split and the column of a score's name; null for the name of a metric. */
export function scoreOf(name: string): { split: string; column: (typeof scoreColumns)[Score] } | null {
  for (const split of splits)
    for (const score of scores) if (name === `${split}/${score}`) return { split, column: scoreColumns[score] };
  return null;
}

/** The series' values that an evaluation gives. */
export function scoresOf(
  split: string,
  evaluation: Record<(typeof scoreColumns)[Score], number>,
): Record<string, number> {
  return Object.fromEntries(scores.map((score) => [`${split}/${score}`, evaluation[scoreColumns[score]]]));
}
