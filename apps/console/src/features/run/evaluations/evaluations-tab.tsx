'use client';
/** Evaluations of a run: scores over the updates, and the queries written in the one that is chosen. */
import { ClipboardCheck } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import useSWR from 'swr';
import { EmptyState } from '#ui/states.tsx';
import type { EvaluationsPage } from '../evaluation-schemas.ts';
import { useRun } from '../use-run.tsx';
import { Comparators } from './comparators.tsx';
import { EvaluationList } from './evaluation-list.tsx';
import { Predictions, useBetween } from './predictions.tsx';
import { TypeScores } from './type-scores.tsx';

export function EvaluationsTab({ initial }: { initial: EvaluationsPage }) {
  const { path, run } = useRun();
  const { data = initial } = useSWR<EvaluationsPage>(`${path}/evaluations`, {
    fallbackData: initial,
    refreshInterval: run.finishedAt === null ? 8_000 : 0,
  });
  const [between, setBetween] = useBetween();
  const [at, setAt] = useQueryState('at', parseAsString);
  // "test:20" rather than an id: it means something in an address that people send each other.
  const chosen = data.items.find(({ split, update }) => `${split}:${update}` === at) ?? data.items.at(-1);
  if (chosen === undefined)
    return (
      <EmptyState icon={ClipboardCheck} title="Nothing has been scored yet">
        The policy before GRPO is scored on dev and test first, then every few updates on dev.
      </EmptyState>
    );
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <EvaluationList
        items={data.items}
        chosen={chosen}
        onChoose={({ split, update }) => void setAt(`${split}:${update}`)}
      />
      <div className="flex min-w-0 flex-col gap-4">
        <TypeScores
          evaluation={chosen}
          base={data.items.find(({ split, update }) => split === chosen.split && update === 0)}
        />
        <Comparators evaluation={chosen} between={between} onBetween={setBetween} />
        <Predictions evaluation={chosen} />
      </div>
    </div>
  );
}
