/** Shares with their intervals on one axis from 0 to 100 %. */
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
  return (
    <dl aria-label={title} className="flex flex-col gap-1">
      {rows.map(({ label, share, ci95: [low, high], faint }) => (
        <div key={label} className="grid grid-cols-[5.5rem_1fr_3.25rem] items-center gap-2 text-xs">
          <dt className="truncate text-ink-soft">{label}</dt>
          <dd aria-hidden className="relative order-2 h-3">
            <span className="absolute inset-x-0 top-1/2 h-px bg-line" />
            <span
              className={join('absolute top-1/2 h-1 -translate-y-1/2 rounded-full opacity-40', colour(tone, faint))}
              style={{ left: `${low * 100}%`, width: `${Math.max(0.5, (high - low) * 100)}%` }}
            />
            <span
              className={join(
                'absolute top-1/2 size-2 -translate-x-1/2 -translate-y-1/2 rounded-full',
                colour(tone, faint),
              )}
              style={{ left: `${share * 100}%` }}
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
  );
}

function colour(tone: 'accent' | 'bad', faint: boolean | undefined): string {
  if (faint) return 'bg-line-strong';
  return tone === 'accent' ? 'bg-accent' : 'bg-bad';
}
