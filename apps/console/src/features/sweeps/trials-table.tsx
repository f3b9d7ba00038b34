'use client';
/** The trials of a sweep, the best on dev first, with their scores over seeds. */
import Link from 'next/link';
import { Badge } from '#ui/badge.tsx';
import { number, percent } from '#ui/format.ts';
import { join } from '#ui/join.ts';
import type { SeedScore, SweepDetail, SweepTrial } from './schemas.ts';

interface TrialsTableProps {
  sweep: SweepDetail;
  trials: readonly SweepTrial[];
  hovered: string | null;
  onHover(trial: string | null): void;
}

export function TrialsTable({ sweep, trials, hovered, onHover }: TrialsTableProps) {
  const names = sweep.parameters.filter((name) => sweep.items.some(({ parameters }) => name in parameters));
  const best = sweep.items.find(({ dev }) => dev !== null)?.id;
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys.
      tabIndex={0}
      aria-label="Table of trials"
      // What is for screen readers only must scroll along, not widen the page.
      className="relative max-h-96 overflow-auto"
    >
      <table className="w-full min-w-max border-separate border-spacing-0 text-sm">
        <thead>
          <tr className="text-left text-xs text-ink-soft [&>th]:sticky [&>th]:top-0 [&>th]:border-b [&>th]:border-line [&>th]:bg-surface [&>th]:px-3 [&>th]:py-2 [&>th]:font-medium">
            <th scope="col">Trial</th>
            {names.map((name) => (
              <th key={name} scope="col" title={name} className="text-right">
                {name.split('.').at(-1)}
              </th>
            ))}
            <th scope="col" className="text-right">
              Dev accuracy
            </th>
            <th scope="col" className="text-right">
              Test accuracy
            </th>
            <th scope="col" className="text-right">
              Updates
            </th>
            <th scope="col">Seeds</th>
          </tr>
        </thead>
        <tbody>
          {trials.map((trial) => (
            <tr
              key={trial.id}
              onPointerEnter={() => onHover(trial.id)}
              onPointerLeave={() => onHover(null)}
              className={join(
                '[&>*]:border-b [&>*]:border-line [&>td]:px-3 [&>td]:py-1.5',
                trial.id === hovered && 'bg-sunken',
              )}
            >
              <th scope="row" className="px-3 py-1.5 text-left font-normal">
                <span className="font-mono text-xs">{trial.id}</span>{' '}
                {trial.id === best && <Badge tone="good">best</Badge>}
              </th>
              {names.map((name) => (
                <td key={name} className="text-right tabular">
                  {shown(trial.parameters[name])}
                </td>
              ))}
              <td className="text-right font-medium tabular">
                <Score score={trial.dev} />
              </td>
              <td className="text-right tabular">
                <Score score={trial.test} />
              </td>
              <td className="text-right tabular">{Math.max(0, ...trial.runs.map(({ update }) => update))}</td>
              <td>
                <span className="flex gap-2">
                  {trial.runs.map(({ runId, seed, status }) =>
                    status === null ? (
                      <span key={runId} className="text-xs text-ink-faint" title="Not begun">
                        s{seed}
                      </span>
                    ) : (
                      <Link
                        key={runId}
                        href={`/runs/${runId}`}
                        title={status}
                        className={join('text-xs underline-offset-2 hover:underline', seedTone[status])}
                      >
                        s{seed}
                        <span className="sr-only"> {status}</span>
                      </Link>
                    ),
                  )}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const seedTone: Record<string, string> = {
  finished: 'text-good',
  running: 'text-info',
  paused: 'text-warn',
  failed: 'text-bad',
};

/** Mean ± standard error over seeds. */
export function Score({ score }: { score: SeedScore | null }) {
  if (score === null) return <span className="text-ink-faint">–</span>;
  if (score.standardError === null) return percent(score.mean);
  return `${(score.mean * 100).toFixed(1)} ± ${(score.standardError * 100).toFixed(1)} %`;
}

export function shown(value: string | number | boolean | undefined): string {
  return value === undefined ? '–' : typeof value === 'number' ? number(value) : String(value);
}
