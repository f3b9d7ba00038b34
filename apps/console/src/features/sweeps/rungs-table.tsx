/** Decisions of successive halving: what each trial scored at each rung, and whether it went on. */
import { ArrowRight, Square } from 'lucide-react';
import { percent } from '#ui/format.ts';
import { join } from '#ui/join.ts';
import type { SweepDetail } from './schemas.ts';

export function RungsTable({ sweep: { items, rungs, decisions } }: { sweep: SweepDetail }) {
  const at = (trial: string, rung: number) => decisions.find((one) => one.trial === trial && one.rung === rung);
  const scored = items.filter(({ id }) => decisions.some(({ trial }) => trial === id));
  if (scored.length === 0)
    return <p className="px-4 pb-4 text-sm text-ink-soft">No trial has reached the first rung yet.</p>;
  return (
    <table className="w-full min-w-max text-sm">
      <thead>
        <tr className="border-b border-line text-left text-xs text-ink-soft [&>th]:px-3 [&>th]:py-2 [&>th]:font-medium">
          <th scope="col">Trial</th>
          {rungs.map((rung) => (
            <th key={rung} scope="col">
              Update {rung}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {scored.map(({ id }) => (
          <tr key={id} className="border-b border-line last:border-0">
            <th scope="row" className="px-3 py-1.5 text-left font-mono text-xs font-normal">
              {id}
            </th>
            {rungs.map((rung) => {
              const decision = at(id, rung);
              const Icon = decision?.promoted ? ArrowRight : Square;
              return (
                <td key={rung} className="px-3 py-1.5">
                  {decision && (
                    <span
                      className={join(
                        'inline-flex items-center gap-1.5 rounded px-2 py-0.5 tabular',
                        decision.promoted ? 'bg-good-soft text-good' : 'bg-sunken text-ink-soft',
                      )}
                    >
                      {percent(decision.dev)}
                      <Icon aria-hidden className="size-3" />
                      <span className="text-xs">{decision.promoted ? 'went on' : 'held here'}</span>
                    </span>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
