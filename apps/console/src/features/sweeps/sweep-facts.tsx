/** What a sweep has spent, and which parameters matter. */
import { ArrowDown, ArrowUp, Minus } from 'lucide-react';
import { duration, number } from '#ui/format.ts';
import type { SweepDetail } from './schemas.ts';

const units = ['updates', 'tokens', 'hours'] as const;

/** A bar for each part of the budget that is limited; the rest as numbers. */
export function Budget({ sweep: { spent, settings, exhausted } }: { sweep: SweepDetail }) {
  return (
    <>
      <dl className="flex flex-col gap-3">
        {units.map((unit) => {
          const limit = settings.budget[unit];
          const used = spent[unit];
          return (
            <div key={unit} className="flex flex-wrap justify-between gap-x-3 gap-y-1 text-sm">
              <dt className="text-ink-soft capitalize">{unit === 'hours' ? 'time' : unit}</dt>
              <dd className="tabular">
                {amount(unit, used)}
                <span className="text-ink-faint">
                  {limit === undefined ? ', no limit' : ` of ${amount(unit, limit)}`}
                </span>
              </dd>
              {limit !== undefined && (
                <dd aria-hidden className="h-1.5 basis-full overflow-hidden rounded-full bg-line">
                  <div
                    className={exhausted === unit ? 'h-full bg-warn' : 'h-full bg-accent'}
                    style={{ width: `${Math.min(100, (100 * used) / limit)}%` }}
                  />
                </dd>
              )}
            </div>
          );
        })}
      </dl>
      {exhausted && (
        <p className="mt-2 text-xs text-warn">The budget of {exhausted} is spent: no further run begins.</p>
      )}
    </>
  );
}

function amount(unit: (typeof units)[number], value: number): string {
  if (unit === 'hours') return duration(value * 3600);
  return value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : number(Number(value.toPrecision(4)));
}

export function ImportanceList({ sweep: { importance } }: { sweep: SweepDetail }) {
  if (importance.parameters.length === 0)
    return <p className="text-sm text-ink-soft">No parameter has two values among the trials that are scored.</p>;
  return (
    <div className="flex flex-col gap-2.5">
      {importance.parameters.map(({ parameter, explained, correlation }) => (
        <div key={parameter}>
          <div className="flex items-baseline justify-between gap-3 text-sm">
            <span className="min-w-0 truncate" title={parameter}>
              {parameter.split('.').at(-1)}
            </span>
            <span className="flex shrink-0 items-center gap-2 tabular">
              <Direction correlation={correlation} />
              {explained === null ? (
                <span className="text-xs text-ink-faint">too few trials</span>
              ) : (
                `${Math.round(explained * 100)} %`
              )}
            </span>
          </div>
          <div aria-hidden className="mt-1 h-1.5 overflow-hidden rounded-full bg-line">
            <div className="h-full bg-accent" style={{ width: `${(explained ?? 0) * 100}%` }} />
          </div>
        </div>
      ))}
      <p className="text-xs text-ink-faint">
        Share of the variance of dev accuracy over {importance.n} trials that each parameter explains alone (η²,
        adjusted for its degrees of freedom; numbers by a parabola in their ranks). Joint effects are not seen.
        {importance.rung !== null && ` Scores are those at update ${importance.rung}, which all of them reached.`}
      </p>
    </div>
  );
}

/** Whether more is better, by rank correlation. */
function Direction({ correlation }: { correlation: number | null }) {
  if (correlation === null) return null;
  const [Icon, text] =
    Math.abs(correlation) < 0.3
      ? [Minus, 'no direction']
      : correlation > 0
        ? [ArrowUp, 'more is better']
        : [ArrowDown, 'less is better'];
  return (
    <span
      className="flex items-center gap-1 text-xs text-ink-faint"
      title={`Rank correlation ${correlation.toFixed(2)}`}
    >
      <Icon aria-hidden className="size-3" /> {text}
    </span>
  );
}
