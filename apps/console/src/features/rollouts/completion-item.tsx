'use client';
/** One completion in a list. */
import Link from 'next/link';
import { useRun } from '#features/run/use-run.tsx';
import { Sql, visible } from '#features/run/visible-text.tsx';
import { Badge } from '#ui/badge.tsx';
import { number } from '#ui/format.ts';
import { FailedTurns } from './failed-turns.tsx';
import { outcomeWords } from './outcome-words.ts';
import type { CompletionRow, OutcomeClass } from './schemas.ts';

export function CompletionItem({ row, update }: { row: CompletionRow; update: number }) {
  const { run } = useRun();
  const { group, question, answer, sql, outcome, message, outcomes, reward, advantage, length, turns } = row;
  const counts = Object.entries(outcomes) as [OutcomeClass, number][];
  const several = counts.reduce((sum, [, n]) => sum + n, 0) > 1;
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-2.5 md:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)]">
      <div className="min-w-0">
        <Link
          className="break-words hover:underline"
          href={`/runs/${encodeURIComponent(run.id)}/rollouts/${update}/${group}`}
        >
          {visible(question)}
        </Link>
        {answer !== '' && <p className="break-words text-xs text-ink-soft">expected {visible(answer)}</p>}
        <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-soft">
          {several
            ? counts.map(([name, n]) => (
                <Badge key={name} tone={outcomeWords[name].tone}>
                  {n} × {outcomeWords[name].label}
                </Badge>
              ))
            : outcome && <Badge tone={outcomeWords[outcome].tone}>{outcomeWords[outcome].label}</Badge>}
          {row.proposed && <Badge tone="info">proposed</Badge>}
          {!row.finished && <Badge tone="warn">cut</Badge>}
          <span className="tabular">reward {reward === null ? 'none' : number(reward)}</span>
          <span className="tabular">advantage {number(advantage)}</span>
          <span className="tabular">{length} tokens</span>
        </p>
      </div>
      <div className="min-w-0">
        <FailedTurns turns={turns} />
        <Sql text={sql} />
        {message && <p className="mt-1 break-words text-xs text-bad">{visible(message)}</p>}
      </div>
    </li>
  );
}
