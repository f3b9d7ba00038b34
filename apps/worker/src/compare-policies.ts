/** Compares two policies on the questions both answered: paired statistics, and a few examples of what changed. */
import {
  type ArtifactStore,
  type ComparePoliciesInput,
  type ComparePoliciesOutput,
  type Example,
  type Prediction,
  UserError,
} from '@queryloop/contracts';
import { exactMcNemar, pairedBootstrap } from '@queryloop/stats';

const exampleCount = 3;

export async function comparePolicies(
  { seed, base, final }: ComparePoliciesInput,
  artifacts: ArtifactStore,
): Promise<ComparePoliciesOutput> {
  const before = await artifacts.getJson<Prediction[]>(base);
  const after = await artifacts.getJson<Prediction[]>(final);
  if (before.length === 0)
    throw new UserError({ message: 'dataset.test: the split has no questions', field: 'dataset.test' });
  const baseCorrect = before.map(({ correct }) => correct);
  const finalCorrect = after.map(({ correct }) => correct);
  const lost = baseCorrect.filter((correct, i) => correct && !finalCorrect[i]).length;
  const won = finalCorrect.filter((correct, i) => correct && !baseCorrect[i]).length;
  const { points, ci95 } = pairedBootstrap({ baseCorrect, finalCorrect, seed });
  return { comparison: { points, ci95, mcnemarP: exactMcNemar(lost, won) }, examples: examplesOf(before, after) };
}

/** Questions whose query changed for the better first, one of each type; then others that changed, worse ones included. */
function examplesOf(before: Prediction[], after: Prediction[]): Example[] {
  const pairs = before.flatMap((base, i) => {
    const final = after[i];
    return final === undefined || final.sql === base.sql ? [] : [{ base, final }];
  });
  const gain = ({ base, final }: { base: Prediction; final: Prediction }): number =>
    Number(final.correct) - Number(base.correct);
  const seen = new Set<string>();
  const varied = pairs
    .sort((a, b) => gain(b) - gain(a))
    .filter(({ base }) => !seen.has(base.type) && seen.add(base.type));
  return varied.slice(0, exampleCount).map(({ base, final }) => ({
    question: base.question,
    answer: base.answer,
    before: shown(base),
    after: shown(final),
  }));
}

function shown({ sql, result, outcome, correct }: Prediction): Example['before'] {
  return { sql, result: result || `(${outcome})`, correct };
}
