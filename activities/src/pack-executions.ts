/** Makes the small artifact that says what the queries of a rollout returned: everything that is equal stands in it once. */
import type { Completion, Executions, OutcomeWeights } from '@queryloop/contracts';
import { type Outcome, rems, resultText } from '@queryloop/text-to-sql';
import type { ScoredAttempt } from './query-scorer.ts';

/** What is kept of a result: enough to see what it is about. */
const MOST_ROWS = 5;
const MOST_COLUMNS = 12;
const LONGEST_CELL = 200;
const LONGEST_HEADING = 24;
/** Characters of all rows after the first, which is kept whatever its size. */
const LARGEST_RESULT = 200;

/** A group's completions with what each gave for each question. */
export interface ScoredGroup {
  prompt: string;
  completions: readonly Completion[];
  /** Gold answer of each question. */
  answers: readonly string[];
  /** Per completion, per question. */
  scored: readonly (readonly ScoredAttempt[])[];
}

type Packed = Executions['executions'][number];

/** `weights`: null where the reward is more than one value for each outcome. */
export function packExecutions(
  update: number,
  weights: OutcomeWeights | null,
  groups: readonly ScoredGroup[],
): Executions {
  const headings = places<string[]>();
  const executions = places<Packed>();
  const pack = ({ verdict, outcome, withheld }: ScoredAttempt, answer: string): Packed => {
    if (outcome.kind === 'error') return [verdict, cut(outcome.message, LONGEST_CELL)];
    const { columns, rows } = outcome;
    const heading = headings.of(columns.slice(0, MOST_COLUMNS).map((column) => cut(column, LONGEST_HEADING)));
    // Scored again, what was withheld stays withheld.
    const matched = withheld ? 0 : rems(resultText(outcome), answer);
    return [verdict, matched, heading, rows.length, firstRows(rows)];
  };
  const packed = groups.map(({ prompt, completions, answers, scored }) => {
    const different = places<string>();
    const queries = completions.map(({ text }) => different.of(text));
    const runs = different.values.map((_, query) =>
      (scored[queries.indexOf(query)] ?? []).map((attempt, i) => executions.of(pack(attempt, answers[i] ?? ''))),
    );
    return { prompt, samples: completions.filter(({ proposed }) => !proposed).length, queries, runs };
  });
  return {
    update,
    ...(weights && { weights }),
    headings: headings.values,
    executions: executions.values,
    groups: packed,
  };
}

/** Gives equal values one place each, in the order in which they first come. */
function places<T>(): { values: T[]; of: (value: T) => number } {
  const values: T[] = [];
  const known = new Map<string, number>();
  return {
    values,
    of: (value) => {
      const key = JSON.stringify(value);
      const place = known.get(key) ?? values.push(value) - 1;
      known.set(key, place);
      return place;
    },
  };
}

type Rows = Extract<Outcome, { kind: 'rows' }>['rows'];

function firstRows(rows: Rows): Rows {
  const kept: Rows = [];
  let length = 0;
  for (const row of rows.slice(0, MOST_ROWS)) {
    const cells = row.slice(0, MOST_COLUMNS).map((cell) => (typeof cell === 'string' ? cut(cell, LONGEST_CELL) : cell));
    length += cells.join('').length;
    if (length > LARGEST_RESULT && kept.length > 0) break;
    kept.push(cells);
  }
  return kept;
}

/** The end of a long text is left out, never half a character. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
