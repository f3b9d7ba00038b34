/** What each comparator makes of an evaluation, and how many queries one accepts and another does not; a count leads to them. */
import useSWR from 'swr';
import { percent } from '#ui/format.ts';
import { join } from '#ui/join.ts';
import { Panel } from '#ui/panel.tsx';
import { ErrorState, Skeleton } from '#ui/states.tsx';
import type { EvaluationAgreement, RunEvaluation } from '../evaluation-schemas.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { useRun } from '../use-run.tsx';
import { comparatorLabel } from './comparator-label.ts';

interface ComparatorsProps {
  evaluation: RunEvaluation;
  /** The two that the queries below are narrowed to, in any order. */
  between: readonly string[] | null;
  onBetween(between: readonly [string, string]): void;
}

const column = 'px-2 py-1.5 text-right font-medium';

export function Comparators({ evaluation, between, onBetween }: ComparatorsProps) {
  const { path } = useRun();
  const { data, error } = useSWR<EvaluationAgreement>(`${path}/evaluations/${evaluation.id}/agreement`);
  if (error) return <ErrorState error={error} />;
  if (!data) return <Skeleton className="h-40" />;
  if (data.comparators.length === 0) return null;
  const names = data.comparators.map(({ name }) => name);
  return (
    <Panel
      title="Comparators"
      note="Queries that the one on the left accepts (gives 1) and the one above does not; a number shows where the two disagree"
      flush
    >
      <ScrollRegion label="Agreement of comparators" className="overflow-auto border-t border-line">
        <table className="w-full min-w-[44rem] text-xs">
          <thead className="text-left text-ink-faint">
            <tr>
              <th scope="col" className="px-4 py-1.5 font-medium">
                Comparator
              </th>
              <th scope="col" className={column}>
                Mean
              </th>
              <th scope="col" className={column}>
                Accepts
              </th>
              {names.map((name) => (
                <th key={name} scope="col" className={column}>
                  {comparatorLabel(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.comparators.map(({ name, mean, accepted }) => (
              <tr key={name} className="border-t border-line">
                <th scope="row" className="px-4 py-1 text-left font-normal">
                  {comparatorLabel(name)}
                </th>
                <td className="tabular px-2 py-1 text-right">{percent(mean)}</td>
                <td className="tabular px-2 py-1 text-right text-ink-soft">{accepted}</td>
                {names.map((other) => (
                  <td key={other} className="tabular px-2 py-1 text-right">
                    <OnlyLeft
                      count={onlyBy(data, name, other)}
                      label={`${comparatorLabel(name)} accepts, ${comparatorLabel(other)} does not`}
                      pressed={Boolean(between?.includes(name) && between.includes(other))}
                      onPress={() => onBetween([name, other])}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}

/** Null: a comparator and itself. */
function onlyBy({ pairs }: EvaluationAgreement, one: string, other: string): number | null {
  for (const { left, right, leftOnly, rightOnly } of pairs) {
    if (left === one && right === other) return leftOnly;
    if (left === other && right === one) return rightOnly;
  }
  return null;
}

interface OnlyLeftProps {
  count: number | null;
  label: string;
  pressed: boolean;
  onPress(): void;
}

function OnlyLeft({ count, label, pressed, onPress }: OnlyLeftProps) {
  if (!count) return <span className="text-ink-faint">{count === null ? '·' : 0}</span>;
  return (
    <button
      type="button"
      aria-label={`${count}: ${label}`}
      title={label}
      aria-pressed={pressed}
      onClick={onPress}
      className={join('rounded px-1 font-medium text-accent hover:underline', pressed && 'bg-accent-soft')}
    >
      {count}
    </button>
  );
}
