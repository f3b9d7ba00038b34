/** Accuracy by type of question, beside what it was before GRPO. */
import { percent } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import type { RunEvaluation } from '../evaluation-schemas.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { signed } from '../signed.ts';
import { typeLabel } from './type-label.ts';

export function TypeScores({ evaluation, base }: { evaluation: RunEvaluation; base: RunEvaluation | undefined }) {
  const before = new Map(base?.byType.map((row) => [row.type, row]));
  const compared = base !== undefined && base.id !== evaluation.id;
  return (
    <Panel
      title={`${evaluation.update === 0 ? 'Before GRPO' : `Update ${evaluation.update}`} on ${evaluation.split}`}
      note={`${evaluation.correct} of ${evaluation.n} right (${percent(evaluation.accuracy)}), ${evaluation.failed} failed, EMS ${percent(evaluation.ems)}, REMS ${percent(evaluation.rems)}`}
      flush
    >
      <ScrollRegion label="Scores by type of question" className="max-h-72 overflow-auto border-t border-line">
        <table className="w-full min-w-[26rem] text-xs">
          <thead className="sticky top-0 bg-surface text-left text-ink-faint">
            <tr>
              <th scope="col" className="px-4 py-1.5 font-medium">
                Type of question
              </th>
              <th scope="col" className="px-2 py-1.5 text-right font-medium">
                Questions
              </th>
              {compared && (
                <th scope="col" className="px-2 py-1.5 text-right font-medium">
                  Before
                </th>
              )}
              <th scope="col" className="px-4 py-1.5 text-right font-medium">
                Right
              </th>
            </tr>
          </thead>
          <tbody>
            {evaluation.byType.map(({ type, n, correct, failed }) => {
              const then = before.get(type);
              return (
                <tr key={type} className="border-t border-line">
                  <th scope="row" className="px-4 py-1 text-left font-normal">
                    {typeLabel(type)}
                  </th>
                  <td className="tabular px-2 py-1 text-right text-ink-soft">{n}</td>
                  {compared && (
                    <td className="tabular px-2 py-1 text-right text-ink-soft">
                      {then ? percent(then.correct / Math.max(1, then.n)) : '–'}
                    </td>
                  )}
                  <td className="tabular px-4 py-1 text-right">
                    {compared && then && (
                      <Change from={then.correct / Math.max(1, then.n)} to={correct / Math.max(1, n)} />
                    )}
                    {percent(correct / Math.max(1, n))}
                    {failed > 0 && <span className="ml-2 text-bad">{failed} failed</span>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}

/** In percentage points; nothing when it is the same. */
function Change({ from, to }: { from: number; to: number }) {
  const points = (to - from) * 100;
  if (Math.abs(points) < 0.05) return null;
  return <span className={`mr-2 ${points > 0 ? 'text-good' : 'text-bad'}`}>{signed(points)}</span>;
}
