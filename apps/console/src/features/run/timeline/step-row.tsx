/** One step: its update, kind, a bar for its time, and marks when it was tried again or taken from the cache. */
import { Badge } from '#ui/badge.tsx';
import { dateTime, duration } from '#ui/format.ts';
import { join } from '#ui/join.ts';
import { stepLabel } from '../step-label.ts';
import type { RunStep } from '../timeline-schemas.ts';

const colours: Record<string, string> = {
  generateRollout: 'bg-series-3',
  scoreCompletions: 'bg-series-2',
  updatePolicy: 'bg-series-1',
  computeGradient: 'bg-series-6',
  evaluatePolicy: 'bg-series-4',
};

/** `before`: update of the row above, whose number is not said again. */
export function StepRow({ step, longest, before }: { step: RunStep; longest: number; before: number | undefined }) {
  const kind = step.name.split(':')[0] ?? '';
  return (
    <div
      className={join(
        'grid h-full grid-cols-[5.5rem_11rem_1fr_7.5rem_5rem_8.5rem] items-center gap-3 px-4 text-xs',
        step.update !== before && 'border-t border-line',
      )}
    >
      <span className="tabular whitespace-nowrap text-ink-faint">
        {step.update !== before ? `update ${step.update}` : <span className="sr-only">update {step.update}</span>}
      </span>
      <span className="truncate" title={step.name}>
        {stepLabel(step.name)}
      </span>
      <span aria-hidden className="h-1.5 rounded-full bg-sunken">
        <span
          className={join(
            'block h-full rounded-full',
            step.reused ? 'bg-line-strong' : (colours[kind] ?? 'bg-series-8'),
          )}
          style={{ width: `${Math.max(0.5, (step.seconds / longest) * 100)}%` }}
        />
      </span>
      <span>
        {step.attempts > 1 && <Badge tone="warn">tried {step.attempts} times</Badge>}
        {step.reused && <Badge title="Done before by this or another run with the same inputs">from cache</Badge>}
      </span>
      <span className="tabular text-right">{duration(step.seconds)}</span>
      <span className="tabular text-right text-ink-faint">{dateTime(step.finishedAt)}</span>
    </div>
  );
}
