/** Scores of a table: each variant on each split, over seeds and questions, and what is known of the differences. */
import {
  accuracyInterval,
  bootstrapSeeds,
  compareSides,
  type JudgedComparison,
  judge,
  mean,
  type Side,
} from '@queryloop/stats';
import type { PolicyAnswers, RunAnswers, SplitAnswers } from './table-answers.ts';

/** Keys the bootstrap: the same runs always give the same intervals. */
const bootstrapKey = 1;

/** In percent, or percentage points. */
export interface Estimate {
  value: number;
  ci95: [number, number];
}

/** Means over seeds, in percent of the questions. */
export interface BeforeAfter {
  base: number;
  final: number;
}

export interface CellScores {
  seeds: number[];
  base: Estimate;
  final: Estimate;
  gain: Estimate;
  ems: BeforeAfter;
  failed: BeforeAfter;
  /** With the first variant, after GRPO, over the seeds that both have (all seeds of both where they share none); null for itself. */
  against: (JudgedComparison & { seeds: number[] }) | null;
}

export interface GroupScores {
  name: string;
  n: number;
  /** By variant; null without runs. */
  variants: (BeforeAfter | null)[];
}

export interface SplitScores {
  split: string;
  label: string;
  n: number;
  outsideData: number;
  /** By variant; null where none of its runs has finished. */
  cells: (CellScores | null)[];
  /** By question type, in the order of their names. */
  types: GroupScores[];
  /** By the difficulty of the question's type; empty where nothing is known of it. */
  difficulties: GroupScores[];
}

/** Splits of the benchmark that hold the question types of one difficulty. */
const difficulties = ['Easy', 'Medium', 'Hard'];

/** All comparisons with the first variant are judged together: Holm's correction is for every one of the table. */
export function scoreTable(splits: readonly SplitAnswers[]): SplitScores[] {
  const scored = splits.map((split) => ({
    split,
    cells: split.variants.map((runs) => (split.types.length === 0 ? null : cellOf(runs, split.variants[0]))),
  }));
  const compared = scored.flatMap(({ cells }) =>
    cells.flatMap((cell) => (cell?.against ? [{ cell, ...cell.against }] : [])),
  );
  const judged = judge(compared.map(({ comparison, seeds }) => ({ comparison, seeds: seeds.length })));
  const verdicts = new Map(
    compared.map(({ cell, seeds }, at) => [cell, { ...(judged[at] as JudgedComparison), seeds }]),
  );
  const known = typesByDifficulty(splits);
  return scored.map(({ split, cells }) => ({
    split: split.split,
    label: split.label,
    n: split.types.length,
    outsideData: split.outsideData,
    cells: cells.map((cell) => cell && { ...cell, against: verdicts.get(cell) ?? null }),
    types: groups(split, (type) => type),
    difficulties: known.size === 0 || difficulties.includes(split.split) ? [] : byDifficulty(split, known),
  }));
}

function cellOf(runs: readonly RunAnswers[], reference: readonly RunAnswers[] | undefined) {
  if (runs.length === 0) return null;
  const base = sideOf(runs, 'base');
  const final = sideOf(runs, 'final');
  const { points, ci95 } = bootstrapSeeds({ base, final }, { key: bootstrapKey });
  return {
    seeds: [...final.seeds],
    base: estimateOf(base),
    final: estimateOf(final),
    gain: { value: points, ci95 },
    ems: overSeeds(runs, ({ scores }) => scores.ems),
    failed: overSeeds(runs, ({ scores }) => scores.errorRate),
    against: runs === reference || reference === undefined || reference.length === 0 ? null : against(runs, reference),
  };
}

function against(runs: readonly RunAnswers[], reference: readonly RunAnswers[]) {
  const shared = runs.filter(({ seed }) => reference.some((run) => run.seed === seed)).map(({ seed }) => seed);
  const chosen = (all: readonly RunAnswers[]): RunAnswers[] =>
    all.filter(({ seed }) => shared.length === 0 || shared.includes(seed));
  const final = sideOf(chosen(runs), 'final');
  const comparison = compareSides({ base: sideOf(chosen(reference), 'final'), final }, { key: bootstrapKey });
  return { comparison, seeds: [...final.seeds] };
}

function sideOf(runs: readonly RunAnswers[], which: 'base' | 'final'): Side {
  return { seeds: runs.map(({ seed }) => seed), correct: runs.map((run) => run[which].correct) };
}

function estimateOf(side: Side): Estimate {
  const { accuracy, ci95 } = accuracyInterval(side, { key: bootstrapKey });
  return { value: accuracy, ci95 };
}

function overSeeds(runs: readonly RunAnswers[], share: (answers: PolicyAnswers) => number): BeforeAfter {
  return {
    base: 100 * mean(runs.map(({ base }) => share(base))),
    final: 100 * mean(runs.map(({ final }) => share(final))),
  };
}

/** Accuracy in groups of questions, named by their type; in the order of the names, numbers by value. */
function groups({ types, variants }: SplitAnswers, groupOf: (type: string) => string): GroupScores[] {
  const members = new Map<string, number[]>();
  for (const [question, type] of types.entries()) {
    const name = groupOf(type);
    members.set(name, [...(members.get(name) ?? []), question]);
  }
  const order = new Intl.Collator('en', { numeric: true });
  return [...members]
    .sort(([a], [b]) => order.compare(a, b))
    .map(([name, questions]) => ({
      name,
      n: questions.length,
      variants: variants.map((runs) => {
        if (runs.length === 0) return null;
        const share = ({ correct }: PolicyAnswers): number => mean(questions.map((question) => correct[question] ?? 0));
        return overSeeds(runs, share);
      }),
    }));
}

function typesByDifficulty(splits: readonly SplitAnswers[]): Map<string, Set<string>> {
  return new Map(
    splits.filter(({ split }) => difficulties.includes(split)).map(({ split, types }) => [split, new Set(types)]),
  );
}

/** Groups in the order of difficulty, those in none of the known ones last. */
function byDifficulty(split: SplitAnswers, known: ReadonlyMap<string, ReadonlySet<string>>): GroupScores[] {
  const none = `not in ${[...known.keys()].join(', ')}`;
  const nameOf = (type: string): string =>
    [...known].flatMap(([difficulty, types]) => (types.has(type) ? [difficulty] : [])).join(' and ') || none;
  const rank = ({ name }: GroupScores): number =>
    name === none ? difficulties.length : difficulties.indexOf(name.split(' ')[0] as string);
  return groups(split, nameOf).sort((a, b) => rank(a) - rank(b));
}
