/** Reads what came of a run's queries over its updates: the failure stream. Server only. */
import type { Store } from '@queryloop/store';
import { outcomeWords } from './outcome-words.ts';
import { type OutcomeClass, type OutcomeStream, outcomeClasses } from './schemas.ts';

/** The classes of runs made before all of them were told apart, under the names of their metrics. */
const five: readonly [metric: string, outcome: OutcomeClass, label: string][] = [
  ['execution/ok', 'ok', outcomeWords.ok.label],
  ['execution/wrong', 'wrong', outcomeWords.wrong.label],
  ['execution/empty', 'empty', outcomeWords.empty.label],
  ['execution/error', 'other', 'error'],
  ['execution/timeout', 'timeout', outcomeWords.timeout.label],
];

/** Classes that never occurred are left out. */
export async function readOutcomes(store: Store, runId: string): Promise<OutcomeStream> {
  const all = outcomeClasses.map((outcome) => [`outcomes/${outcome}`, outcome, outcomeWords[outcome].label] as const);
  const stream = await layersOf(store, runId, all);
  if (stream.updates.length > 0) return { ...stream, classes: 'all' };
  return { ...(await layersOf(store, runId, five)), classes: 'five' };
}

async function layersOf(
  store: Store,
  runId: string,
  metrics: readonly (readonly [metric: string, outcome: OutcomeClass, label: string])[],
): Promise<Omit<OutcomeStream, 'classes'>> {
  const found = await store.series.read(
    [runId],
    metrics.map(([metric]) => metric),
  );
  const [first] = found;
  const updates = first?.updates ?? [];
  const layers = metrics.flatMap(([metric, outcome, label]) => {
    const series = found.find(({ name }) => name === metric);
    if (series === undefined || series.values.every((value) => value === 0)) return [];
    const at = new Map(series.updates.map((update, i) => [update, series.values[i] ?? 0]));
    return [{ outcome, label, shares: updates.map((update) => at.get(update) ?? 0) }];
  });
  return { updates, layers };
}
