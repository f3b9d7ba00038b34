'use client';
/** Rescoring: what other reward weights, or another normalisation, would have made of the stored completions. */
import { useState } from 'react';
import { SeriesChart } from '#ui/chart/series-chart.tsx';
import { Field, Input, Select } from '#ui/field.tsx';
import { number, percent } from '#ui/format.ts';
import { useRun } from '../use-run.tsx';
import { AnalysisPanel } from './analysis-panel.tsx';
import type { AnalysisOfKind } from './analysis-types.ts';
import { RangeFields, rangeOf } from './range-fields.tsx';

/** With a value for each outcome, which the fields beside it override. */
const presets = ['default', 'paper'];
/** Made of functions that are known of stored queries. */
const others = ['sql-r1', 'arctic', 'skyrl'];

const weights = [
  ['correct', 'Right'],
  ['wrong', 'Wrong'],
  ['failed', 'Failed'],
  ['partial', 'Partly right'],
] as const;

type Weight = (typeof weights)[number][0];
type Result = NonNullable<AnalysisOfKind<'rescore'>['result']>;

export function RescorePanel() {
  const { run } = useRun();
  const [preset, setPreset] = useState('default');
  const [scale, setScale] = useState('');
  const [worth, setWorth] = useState<Record<Weight, string>>({ correct: '', wrong: '', failed: '', partial: '' });
  const [range, setRange] = useState({ first: '', last: '', every: '' });
  const updates = rangeOf(range);
  const fixed = others.includes(preset);
  const given = fixed ? [] : weights.filter(([name]) => worth[name] !== '');
  const valid = updates !== null && given.every(([name]) => Number.isFinite(Number(worth[name])));
  const reward = { preset, ...Object.fromEntries(given.map(([name]) => [name, Number(worth[name])])) };
  return (
    <AnalysisPanel
      kind="rescore"
      title="Rescoring"
      note="Other rewards for the completions that are stored, without sampling anything anew."
      verb="Rescore"
      settings={valid ? { ...updates, reward, ...(scale !== '' && { scaleRewards: scale }) } : null}
      nameOf={({ settings: { reward: asked, scaleRewards } }) =>
        `${weights.flatMap(([name]) => (asked[name] === undefined ? [] : [`${name} ${asked[name]}`])).join(', ') || (asked.functions?.map(({ name }) => name).join(' + ') ?? asked.preset)}, by ${scaleRewards}`
      }
      empty="How would the groups have been told apart, had a failed query cost more, or a partly right one been worth something?"
      form={
        <>
          <div className="w-32">
            <Field label="Weights of" htmlFor="rescore-preset">
              <Select id="rescore-preset" value={preset} onChange={(event) => setPreset(event.target.value)}>
                {[...presets, ...others].map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
          </div>
          {weights.map(([name, label]) => (
            <div key={name} className="w-24">
              <Field label={label} htmlFor={`rescore-${name}`}>
                <Input
                  id={`rescore-${name}`}
                  inputMode="decimal"
                  placeholder={fixed ? 'none' : 'preset'}
                  disabled={fixed}
                  value={worth[name]}
                  aria-invalid={!Number.isFinite(Number(worth[name]))}
                  onChange={(event) => setWorth({ ...worth, [name]: event.target.value })}
                />
              </Field>
            </div>
          ))}
          <div className="w-40">
            <Field label="Advantages divided by" htmlFor="rescore-scale">
              <Select id="rescore-scale" value={scale} onChange={(event) => setScale(event.target.value)}>
                <option value="">as the run did</option>
                <option value="group">deviation of the group</option>
                <option value="batch">deviation of the batch</option>
                <option value="none">nothing</option>
              </Select>
            </Field>
          </div>
          <RangeFields id="rescore" value={range} onChange={setRange} last={run.update} />
        </>
      }
    >
      {({ result }) => result && <RescoreAnswer result={result} />}
    </AnalysisPanel>
  );
}

function RescoreAnswer({ result }: { result: Result }) {
  const { overall, updates } = result;
  const points = (side: 'before' | 'after', value: 'meanReward' | 'zeroVariance') =>
    updates.flatMap((one) => (one[side][value] === null ? [] : [[one.update, one[side][value]] as const]));
  const both = (value: 'meanReward' | 'zeroVariance') => [
    { id: 'before', label: 'as it was', color: 'var(--series-8)', points: points('before', value) },
    { id: 'after', label: 'rescored', color: 'var(--series-1)', points: points('after', value) },
  ];
  const rows = [
    ['Mean reward', number(overall.before.meanReward), number(overall.after.meanReward)],
    ['Standard deviation of rewards', number(overall.before.stdReward), number(overall.after.stdReward)],
    ['Groups without variance', percent(overall.before.zeroVariance), percent(overall.after.zeroVariance)],
    [
      'Mean size of advantages',
      number(overall.before.meanAbsoluteAdvantage),
      number(overall.after.meanAbsoluteAdvantage),
    ],
  ];
  return (
    <>
      <div className="grid gap-4 md:grid-cols-2">
        <SeriesChart title="Mean reward" xLabel="update" series={both('meanReward')} syncKey="rescore" />
        <SeriesChart
          title="Groups without variance"
          xLabel="update"
          formatY={(y) => percent(y)}
          series={both('zeroVariance')}
          syncKey="rescore"
        />
      </div>
      <div className="overflow-x-auto">
        <table className="w-full min-w-80 text-sm">
          <thead className="text-left text-xs text-ink-faint">
            <tr>
              <th scope="col" className="py-1 font-medium">
                {overall.completions} completions in {overall.groups} groups
              </th>
              <th scope="col" className="py-1 text-right font-medium">
                as it was
              </th>
              <th scope="col" className="py-1 text-right font-medium">
                rescored
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([label, before, after]) => (
              <tr key={label} className="border-t border-line">
                <th scope="row" className="py-1 text-left font-normal text-ink-soft">
                  {label}
                </th>
                <td className="tabular py-1 text-right">{before}</td>
                <td className="tabular py-1 text-right">{after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="text-xs text-ink-soft">
        Advantages correlate at {number(overall.correlation)}; {percent(overall.signChanged)} of the completions would
        have been pushed the other way.
      </p>
    </>
  );
}
