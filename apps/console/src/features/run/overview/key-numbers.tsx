'use client';
/** The numbers a run is judged by: before and after, with intervals, and whether the difference is more than chance. */
import type { ReactNode } from 'react';
import { Badge } from '#ui/badge.tsx';
import { number, percent } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { signed } from '../signed.ts';
import { useRun } from '../use-run.tsx';
import { IntervalPlot } from './interval-plot.tsx';

const splits = { train: 'the training split', dev: 'the dev split', test: 'the test split' };

export function KeyNumbers() {
  const { run } = useRun();
  const { base, best } = run;
  const split = splits[(best ?? base)?.split ?? 'dev'];
  const rows = (share: 'accuracy' | 'errorRate') => [
    ...(base ? [{ label: 'before GRPO', share: base[share], ci95: base[`${share}Ci95`], faint: true }] : []),
    ...(best ? [{ label: `update ${best.update}`, share: best[share], ci95: best[`${share}Ci95`] }] : []),
  ];
  return (
    <Panel
      title={run.comparison ? 'Result' : 'So far'}
      note={
        base
          ? `Greedy decoding on ${base.n} questions of ${split}${run.dataset ? ` of ${run.dataset.label}` : ''}; bars are 95 % intervals.`
          : 'The policy before GRPO has not been scored yet.'
      }
    >
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2 lg:grid-cols-3">
        <Figure
          label="Exact accuracy"
          value={percent((best ?? base)?.accuracy)}
          change={change(base?.accuracy, best?.accuracy, 'up')}
        >
          <IntervalPlot title="Exact accuracy" rows={rows('accuracy')} tone="accent" />
        </Figure>
        <Figure
          label="Failed queries"
          value={percent((best ?? base)?.errorRate)}
          change={change(base?.errorRate, best?.errorRate, 'down')}
        >
          <IntervalPlot title="Failed queries" rows={rows('errorRate')} tone="bad" />
        </Figure>
        <Verdict />
      </div>
    </Panel>
  );
}

function Figure({
  label,
  value,
  change: by,
  children,
}: {
  label: string;
  value: string;
  change?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className="min-w-0">
      <p className="text-xs text-ink-soft">{label}</p>
      <p className="mb-1.5 flex flex-wrap items-baseline gap-x-2">
        <span className="tabular text-2xl font-semibold tracking-tight">{value}</span>
        {by}
      </p>
      {children}
    </div>
  );
}

/** Difference in percentage points, coloured by whether it is for the better. */
function change(from: number | undefined, to: number | undefined, better: 'up' | 'down'): ReactNode {
  if (from === undefined || to === undefined) return null;
  const points = (to - from) * 100;
  const good = better === 'up' ? points > 0 : points < 0;
  const tone = Math.abs(points) < 0.05 ? 'text-ink-faint' : good ? 'text-good' : 'text-bad';
  return <span className={`tabular text-sm font-medium ${tone}`}>{signed(points)} points</span>;
}

const verdicts = {
  better: { tone: 'good', text: 'better' },
  worse: { tone: 'bad', text: 'worse' },
  undecided: { tone: 'neutral', text: 'undecided' },
} as const;

function Verdict() {
  const { run } = useRun();
  const { comparison, best, base } = run;
  if (comparison === null)
    return (
      <Figure label="Paired comparison" value="–">
        <p className="text-xs text-ink-faint">
          {run.finishedAt === null
            ? 'Made on the test split when the run has finished.'
            : 'The run ended before its last evaluation.'}
        </p>
      </Figure>
    );
  const { tone, text } = verdicts[comparison.verdict];
  return (
    <Figure
      label="Paired comparison with before"
      value={`${signed(comparison.points)}`}
      change={
        <>
          <span className="text-sm text-ink-soft">points</span>
          <Badge tone={tone}>{text}</Badge>
        </>
      }
    >
      <p className="tabular text-xs text-ink-soft">
        95 % interval {signed(comparison.ci95[0])} to {signed(comparison.ci95[1])}; exact McNemar p ={' '}
        {number(comparison.mcnemarP)}
      </p>
      {base && best && (
        <p className="tabular text-xs text-ink-soft">
          EMS {percent(base.ems)} → {percent(best.ems)}, REMS {percent(base.rems)} → {percent(best.rems)}
        </p>
      )}
    </Figure>
  );
}
