'use client';
/** Better, worse or undecided: the paired comparison of finished runs, and how many seeds are missing. */
import useSWR from 'swr';
import { Badge, type Tone } from '#ui/badge.tsx';
import { Select } from '#ui/field.tsx';
import { number, percent } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { ErrorState, Skeleton } from '#ui/states.tsx';
import { endpoint, useCompareState } from './compare-state.ts';
import { IntervalBar } from './interval-bar.tsx';
import type { Judged, VerdictAnswer } from './schemas.ts';

const tones: Record<'better' | 'worse' | 'undecided', Tone> = { better: 'good', worse: 'bad', undecided: 'warn' };

export function VerdictPanel() {
  const { runs, split, baseline, against, set } = useCompareState();
  const { data, error } = useSWR<VerdictAnswer>(
    endpoint('', runs, { split, against, baseline: against === 'base' ? null : baseline }),
  );
  const note = data
    ? `${data.questions} ${data.split} questions. Bootstrap over questions and seeds; exact McNemar with Holm’s correction.`
    : 'Finished runs, question by question.';
  return (
    <Panel
      title="Verdict"
      note={note}
      flush
      actions={
        <>
          <Select
            aria-label="Split"
            className="w-auto"
            value={split}
            onChange={({ target }) => void set({ split: target.value as 'test' | 'dev', before: null, after: null })}
          >
            <option value="test">test</option>
            <option value="dev">dev</option>
          </Select>
          <Select
            aria-label="Compare with"
            className="w-auto"
            value={against}
            onChange={({ target }) => void set({ against: target.value as 'side' | 'base' })}
          >
            <option value="side">with one side</option>
            <option value="base">each with its base policy</option>
          </Select>
        </>
      }
    >
      {error && (
        <div className="px-4 pb-4">
          <ErrorState title="No verdict yet" error={error} />
        </div>
      )}
      {!data && !error && <Skeleton className="mx-4 mb-4 h-24" />}
      {data && (
        <Verdicts {...data} onReference={(runId) => void set({ baseline: runId })} choosable={against === 'side'} />
      )}
      {data && data.leftOut.length > 0 && (
        <p className="px-4 pb-3 text-xs text-ink-faint">
          Left out, as they are not finished: {data.leftOut.map(({ id, status }) => `${id} (${status})`).join(', ')}
        </p>
      )}
    </Panel>
  );
}

function Verdicts({
  sides,
  onReference,
  choosable,
}: VerdictAnswer & { onReference(runId: string): void; choosable: boolean }) {
  const reach = Math.max(
    1,
    ...sides.flatMap(({ comparison }) => (comparison ? [-comparison.low, comparison.high] : [])),
  );
  return (
    <table className="w-full min-w-3xl text-sm">
      <thead className="text-left text-xs text-ink-faint">
        <tr className="border-b border-line [&>th]:px-4 [&>th]:py-2 [&>th]:font-medium">
          <th scope="col">Side</th>
          <th scope="col" className="text-right">
            Accuracy
          </th>
          <th scope="col">Difference, 95 % interval</th>
          <th scope="col">Questions won and lost</th>
          <th scope="col" className="text-right">
            Holm p
          </th>
          <th scope="col">Verdict</th>
        </tr>
      </thead>
      <tbody>
        {sides.map((side) => (
          <Row key={side.runs[0]?.runId} side={side} reach={reach} onReference={choosable ? onReference : null} />
        ))}
      </tbody>
    </table>
  );
}

function Row({
  side,
  reach,
  onReference,
}: {
  side: Judged;
  reach: number;
  onReference: ((runId: string) => void) | null;
}) {
  const { label, runs, accuracy, comparison } = side;
  const spread = accuracy.standardError === null ? '' : ` ± ${percent(accuracy.standardError)}`;
  return (
    <tr className="border-b border-line last:border-0 [&>td]:px-4 [&>td]:py-2 [&>th]:px-4 [&>th]:py-2">
      <th scope="row" className="max-w-80 break-words text-left font-medium">
        {label}
        <span className="block text-xs font-normal text-ink-faint">
          {runs.length === 1 ? 'one seed' : `${runs.length} seeds`}
          {comparison && onReference && (
            <>
              {' · '}
              <button
                type="button"
                className="underline hover:text-ink"
                onClick={() => onReference(runs[0]?.runId ?? '')}
              >
                compare with this
              </button>
            </>
          )}
        </span>
      </th>
      <td className="tabular whitespace-nowrap text-right">
        {percent(accuracy.mean)}
        {spread}
      </td>
      {comparison === null ? (
        <td colSpan={4} className="text-ink-faint">
          the others are compared with this
        </td>
      ) : (
        <>
          <td>
            <IntervalBar {...comparison} reach={reach} />
          </td>
          <td className="tabular">
            <span className="text-good">+{comparison.won}</span> <span className="text-bad">−{comparison.lost}</span>
          </td>
          <td className="tabular text-right">{number(comparison.holmP)}</td>
          <td>
            <Badge tone={tones[comparison.verdict]}>{comparison.verdict}</Badge>
            <span className="block text-xs text-ink-faint">{seedsText(comparison)}</span>
          </td>
        </>
      )}
    </tr>
  );
}

function seedsText({ verdict, seedsNeeded }: NonNullable<Judged['comparison']>): string {
  if (verdict !== 'undecided') return '';
  if (seedsNeeded === null) return 'more seeds are needed; how many cannot be told yet';
  return `about ${seedsNeeded} more seed${seedsNeeded === 1 ? '' : 's'} a side`;
}
