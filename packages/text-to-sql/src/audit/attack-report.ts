/** What the attacks earn: the best single one, and the best for each prompt, beside what a right answer earns. */
import type { AttackQuery } from './attack-queries.ts';
import { groupBy } from './group-by.ts';

/** What one way of scoring gave on some questions. */
export interface AttackScores {
  /** Per question: what its right answer gets. */
  right: readonly number[];
  /** Per question: what a query gets that runs and finds nothing. */
  nothing: readonly number[];
  /** Per attack, per question. */
  attacks: readonly (readonly number[])[];
}

export interface AttackFinding {
  /** Mean over the questions. */
  score: number;
  /** The way from what nothing earns (0) to what the right answer earns (1); null where a right answer earns no more than nothing. */
  share: number | null;
  /** Null: another one for each prompt. */
  sql: string | null;
}

export interface AttackFindings {
  right: number;
  nothing: number;
  /** Null: there is no such attack. */
  dataFree: AttackFinding | null;
  dataFreePerPrompt: AttackFinding | null;
  overBroad: AttackFinding | null;
  overBroadPerPrompt: AttackFinding | null;
}

/** @param prompts what the policy reads, for each question: one query answers all questions of a prompt */
export function attackFindings(
  attacks: readonly AttackQuery[],
  prompts: readonly string[],
  scores: AttackScores,
): AttackFindings {
  const [right, nothing] = [mean(scores.right), mean(scores.nothing)];
  const finding = (score: number, sql: string | null): AttackFinding => {
    const share = right > nothing ? (score - nothing) / (right - nothing) : null;
    return { score, share, sql };
  };
  const groups = [...groupBy(prompts.keys(), (question) => prompts[question] as string).values()];
  const best = (kind: AttackQuery['kind']) => {
    const own = [...attacks.keys()].filter((attack) => attacks[attack]?.kind === kind);
    if (own.length === 0 || prompts.length === 0) return { single: null, perPrompt: null };
    const means = own.map((attack) => mean(scores.attacks[attack] ?? []));
    const top = means.indexOf(Math.max(...means));
    // Loops, not Math.max(...): there may be thousands of attacks for hundreds of prompts.
    let total = 0;
    for (const questions of groups) {
      let highest = Number.NEGATIVE_INFINITY;
      for (const attack of own) {
        let sum = 0;
        for (const question of questions) sum += scores.attacks[attack]?.[question] ?? 0;
        if (sum > highest) highest = sum;
      }
      total += highest;
    }
    return {
      single: finding(means[top] as number, attacks[own[top] as number]?.sql ?? null),
      perPrompt: finding(total / prompts.length, null),
    };
  };
  const [dataFree, overBroad] = [best('data_free'), best('over_broad')];
  return {
    right,
    nothing,
    dataFree: dataFree.single,
    dataFreePerPrompt: dataFree.perPrompt,
    overBroad: overBroad.single,
    overBroadPerPrompt: overBroad.perPrompt,
  };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
