'use client';
/** Reward audit: the share of rewarded queries that still read their answer from a database with other values. */
import type { AuditReason } from '@queryloop/contracts';
import { useState } from 'react';
import { Badge } from '#ui/badge.tsx';
import { SeriesChart } from '#ui/chart/series-chart.tsx';
import { Field, Input } from '#ui/field.tsx';
import { percent } from '#ui/format.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { useRun } from '../use-run.tsx';
import { ResultText, Sql, visible } from '../visible-text.tsx';
import { AnalysisPanel } from './analysis-panel.tsx';
import type { AnalysisOfKind } from './analysis-types.ts';
import { RangeFields, rangeOf } from './range-fields.tsx';

const reasons: Record<AuditReason, string> = {
  no_table: 'reads no table',
  answer_literal: 'has the answer written in it',
  unchanged: 'gives the same on every changed copy',
};

type Result = NonNullable<AnalysisOfKind<'audit'>['result']>;

export function AuditPanel() {
  const { run } = useRun();
  const [range, setRange] = useState({ first: '', last: '', every: '' });
  const [sample, setSample] = useState('');
  const updates = rangeOf(range);
  const valid = updates !== null && (sample === '' || (/^[1-9]\d*$/.test(sample) && Number(sample) <= 1000));
  return (
    <AnalysisPanel
      kind="audit"
      title="Reward audit"
      note="Whether rewarded queries read their answers from the database: they run again on copies whose values have changed places."
      verb="Audit"
      settings={valid ? { ...updates, ...(sample !== '' && { sample: Number(sample) }) } : null}
      nameOf={({ settings }) => `${settings.sample} queries every ${settings.every} updates`}
      empty="A right answer may be luck: a constant, or a query that would say the same of any data. The audit counts those over training."
      form={
        <>
          <RangeFields id="audit" value={range} onChange={setRange} last={run.update} every={10} />
          <div className="w-32">
            <Field label="Queries each" htmlFor="audit-sample">
              <Input
                id="audit-sample"
                inputMode="numeric"
                placeholder="64"
                value={sample}
                onChange={(event) => setSample(event.target.value)}
              />
            </Field>
          </div>
        </>
      }
    >
      {({ result }) => result && <AuditAnswer result={result} />}
    </AnalysisPanel>
  );
}

function AuditAnswer({ result }: { result: Result }) {
  const { overall, updates } = result;
  const judged = updates.filter(({ share }) => share !== null);
  const examples = updates.flatMap(({ update, examples: of }) =>
    of.filter(({ survived }) => !survived).map((example) => ({ update, ...example })),
  );
  return (
    <>
      <p>
        <span className="tabular text-2xl font-semibold tracking-tight">{percent(overall.share)}</span>{' '}
        <span className="text-ink-soft">
          of {overall.audited} rewarded queries survive
          {overall.ci95 && ` (95 % interval ${percent(overall.ci95[0])} to ${percent(overall.ci95[1])})`}
        </span>
      </p>
      <SeriesChart
        title="Share of rewarded queries that survive"
        xLabel="update"
        formatY={(y) => percent(y)}
        series={[
          {
            id: 'share',
            label: 'survive',
            points: judged.map(({ update, share }) => [update, share as number] as const),
            band: judged.flatMap(({ update, ci95 }) => (ci95 ? [[update, ci95[0], ci95[1]] as const] : [])),
          },
        ]}
        emptyText="No rewarded query could be judged."
      />
      <ul className="flex flex-wrap gap-2 text-xs">
        {Object.entries(overall.reasons).map(([reason, count]) => (
          <li key={reason}>
            <Badge tone={count > 0 ? 'warn' : 'neutral'}>
              {count} {reasons[reason as AuditReason]}
            </Badge>
          </li>
        ))}
        {overall.undecided > 0 && (
          <li>
            <Badge>{overall.undecided} could not be judged</Badge>
          </li>
        )}
      </ul>
      {examples.length > 0 && (
        <ScrollRegion label="Flagged queries" className="max-h-96 overflow-y-auto rounded-md border border-line">
          <ul className="flex flex-col divide-y divide-line">
            {examples.map(({ update, question, answer, sql, before, after, reasons: why }) => (
              <li key={`${update} ${sql} ${question}`} className="flex flex-col gap-1 px-3 py-2">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="tabular text-xs text-ink-faint">update {update}</span>
                  {why.map((reason) => (
                    <Badge key={reason} tone="warn">
                      {reasons[reason]}
                    </Badge>
                  ))}
                </p>
                <p>{visible(question)}</p>
                <Sql text={sql} />
                <p className="break-words text-xs text-ink-soft">
                  → <ResultText text={before} />; on a changed copy <ResultText text={after} />; expected{' '}
                  {visible(answer)}
                </p>
              </li>
            ))}
          </ul>
        </ScrollRegion>
      )}
    </>
  );
}
