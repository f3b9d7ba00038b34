/** Shares with their intervals on one axis from 0. */
import { percent } from '#ui/format.ts';
import { join } from '#ui/join.ts';

export interface IntervalRow {
  label: string;
  share: number;
  ci95: readonly [number, number];
  faint?: boolean;
}

/** The numbers stand beside the marks, so nothing is said by colour or place alone. */
export function IntervalPlot({ title, rows, tone }: { title: string; rows: IntervalRow[]; tone: 'accent' | 'bad' }) {
  if (rows.length === 0) return null;
  const end = axisEnd(Math.max(...rows.map(({ ci95 }) => ci95[1])));
  return (
    <div>
      <dl aria-label={title} className="flex flex-col gap-1">
        {rows.map(({ label, share, ci95: [low, high], faint }) => (
          <div key={label} className="grid grid-cols-[5.5rem_1fr_3.25rem] items-center gap-2 text-xs">
            <dt className="truncate text-ink-soft">{label}</dt>
            <dd aria-hidden className="relative order-2 h-3">
              <span className="absolute inset-x-0 top-1/2 h-px bg-line" />
              <span
                className={join('absolute top-1/2 h-1.5 -translate-y-1/2 rounded-full opacity-35', colour(tone, faint))}
                style={{ left: `${(low / end) * 100}%`, width: `${Math.max(0.5, ((high - low) / end) * 100)}%` }}
              />
              <span
                className={join(
                  'absolute top-1/2 size-2 -translate-x-1/2 -translate-y-1/2 rounded-full',
                  colour(tone, faint),
                )}
                style={{ left: `${(share / end) * 100}%` }}
              />
            </dd>
            <dd className="tabular order-3 text-right">
              {percent(share)}
              <span className="sr-only">
                , 95 % interval {percent(low)} to {percent(high)}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <div aria-hidden className="grid grid-cols-[5.5rem_1fr_3.25rem] gap-2 text-xs text-ink-faint">
        <span className="tabular col-start-2 flex justify-between leading-3">
          <span>0</span>
          <span>{percent(end, 0)}</span>
        </span>
      </div>
    </div>
  );
}

/** The smallest of a few round ends that shows all. */
function axisEnd(highest: number): number {
  return [0.1, 0.25, 0.5, 0.75].find((end) => highest <= end) ?? 1;
}

function colour(tone: 'accent' | 'bad', faint: boolean | undefined): string {
  if (faint) return 'bg-line-strong';
  return tone === 'accent' ? 'bg-accent' : 'bg-bad';
}
