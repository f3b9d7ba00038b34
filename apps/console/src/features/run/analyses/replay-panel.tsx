'use client';
/** Replay proof: one update done again from its stored inputs, compared with what is stored bit by bit. */
import { CircleCheck, CircleX } from 'lucide-react';
import { useState } from 'react';
import { Field, Input } from '#ui/field.tsx';
import { duration, number } from '#ui/format.ts';
import { useRun } from '../use-run.tsx';
import { AnalysisPanel } from './analysis-panel.tsx';
import type { AnalysisOfKind } from './analysis-types.ts';

type Result = NonNullable<AnalysisOfKind<'replay'>['result']>;

export function ReplayPanel() {
  const { run } = useRun();
  const [update, setUpdate] = useState('');
  const asked = update === '' ? run.update : Number(update);
  const valid = /^\d*$/.test(update) && asked >= 1 && asked <= run.update;
  return (
    <AnalysisPanel
      kind="replay"
      title="Replay proof"
      note="One update again, from the rollouts and the snapshot that are stored: is the outcome the same to the last bit?"
      verb="Replay"
      settings={valid ? { update: asked } : null}
      nameOf={({ settings }) => `update ${settings.update}`}
      empty="A run that can be repeated can be trusted, and one that cannot says what differs and by how much."
      form={
        <div className="w-32">
          <Field label="Update" htmlFor="replay-update">
            <Input
              id="replay-update"
              inputMode="numeric"
              value={update}
              placeholder={String(run.update)}
              aria-invalid={!valid}
              onChange={(event) => setUpdate(event.target.value)}
            />
          </Field>
        </div>
      }
    >
      {({ result }) => result && <ReplayAnswer result={result} />}
    </AnalysisPanel>
  );
}

function ReplayAnswer({ result }: { result: Result }) {
  const { equal, update, from, parts, metrics, largestDifference, seconds } = result;
  const Icon = equal ? CircleCheck : CircleX;
  return (
    <>
      <p className={`flex items-center gap-2 font-medium ${equal ? 'text-good' : 'text-warn'}`}>
        <Icon aria-hidden className="size-4" />
        {equal
          ? `Update ${update} is equal to the last bit`
          : `Update ${update} differs by at most ${number(largestDifference)}`}
      </p>
      <p className="text-xs text-ink-soft">
        From the snapshot of update {from.update} ({from.snapshotHash.slice(0, 12)}), {from.replayed} updates replayed
        on it, in {duration(seconds)}. Metrics differ by at most {number(metrics.largestDifference)}.
      </p>
      <div className="overflow-x-auto">
        <table className="w-full min-w-[34rem] text-xs">
          <thead className="text-left text-ink-faint">
            <tr>
              {['What', 'Stored', 'Replayed', 'Difference'].map((name) => (
                <th key={name} scope="col" className="py-1 pr-3 font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {parts.map(({ what, shard, storedHash, replayedHash, equal: same, difference, largestDifference: by }) => (
              <tr key={`${what} ${shard}`} className="border-t border-line">
                <th scope="row" className="py-1 pr-3 text-left font-normal">
                  {what}
                  {shard !== null && ` (shard ${shard + 1})`}
                </th>
                <td className="py-1 pr-3">
                  <code>{storedHash.slice(0, 16)}</code>
                </td>
                <td className="py-1 pr-3">
                  <code>{replayedHash.slice(0, 16)}</code>
                </td>
                <td className={`py-1 ${same ? 'text-good' : 'text-warn'}`}>
                  {same ? 'none' : `${difference ?? 'differs'}${by === null ? '' : `, at most ${number(by)}`}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
