'use client';
/** One completion in the group lens: the query with its differences, what it returned, what it earned. */
import { Badge } from '#ui/badge.tsx';
import { number } from '#ui/format.ts';
import { join } from '#ui/join.ts';
import { FailedTurns } from './failed-turns.tsx';
import type { LensCompletion } from './lens-schemas.ts';
import { MarkedSql } from './marked-sql.tsx';
import { outcomeWords } from './outcome-words.ts';
import { ResultTable } from './result-table.tsx';
import { SignedBar } from './signed-bar.tsx';

interface LensCardProps {
  completion: LensCompletion;
  /** Which of the group's questions is looked at. */
  question: number;
  /** As generated rather than with the question's values. */
  template: boolean;
  /** What differences are marked against; null for itself. */
  best: LensCompletion | null;
  largest: { reward: number; advantage: number };
}

export function LensCard({ completion, question, template, best, largest }: LensCardProps) {
  const { places, proposed, finished, length, logProb, reward, advantage, executions, parts, turns } = completion;
  const textOf = ({ text, bound }: LensCompletion) => (template ? text : (bound[question] ?? text));
  const execution = executions?.[question];
  const worth = parts && Object.entries(parts).filter(([, value]) => value !== 0);
  return (
    <li
      className={join(
        'flex min-w-0 flex-col gap-2 rounded-lg border bg-surface p-3',
        best === null ? 'border-accent' : 'border-line',
      )}
    >
      <div className="flex flex-wrap items-center gap-1.5">
        {execution && (
          <Badge tone={outcomeWords[execution.outcome].tone}>{outcomeWords[execution.outcome].label}</Badge>
        )}
        {places.length > 1 && (
          <Badge title={`Completions ${places.join(', ')}`}>
            <span className="tabular">× {places.length}</span>
          </Badge>
        )}
        {best === null && <Badge tone="accent">best reward</Badge>}
        {proposed && <Badge tone="info">{reward === null ? 'proposed, not adopted' : 'proposed and adopted'}</Badge>}
        {!finished && <Badge tone="warn">cut at the token limit</Badge>}
        <span className="tabular ml-auto text-xs text-ink-faint">
          {length} tokens · log p {number(Number(logProb.toFixed(2)))}
        </span>
      </div>
      <FailedTurns turns={turns} />
      <MarkedSql sql={textOf(completion)} other={best && textOf(best)} />
      <div className="mt-auto flex flex-col gap-2">
        {execution && <ResultTable execution={execution} />}
        {executions && executions.length > 1 && <Answered executions={executions} chosen={question} />}
        {reward === null && proposed ? null : (
          <>
            <SignedBar
              label="reward"
              value={reward}
              largest={largest.reward}
              {...(worth && { title: worth.map(([name, value]) => `${name} ${number(value)}`).join(', ') })}
            />
            <SignedBar label="advantage" value={advantage} largest={largest.advantage} />
          </>
        )}
        {worth && worth.length > 1 && (
          <p className="tabular text-xs text-ink-faint">
            reward = {worth.map(([name, value]) => `${name} ${number(Number(value.toFixed(3)))}`).join(' + ')}
          </p>
        )}
      </div>
    </li>
  );
}

/** How the completion came out on each question of its group. */
function Answered({ executions, chosen }: { executions: NonNullable<LensCompletion['executions']>; chosen: number }) {
  const right = executions.filter(({ outcome }) => outcome === 'ok').length;
  return (
    <p className="flex items-center gap-1 text-xs text-ink-soft">
      <span aria-hidden className="flex gap-0.5">
        {Object.entries(executions).map(([place, { outcome }]) => (
          <span
            key={place}
            className={join('size-2.5 rounded-sm', Number(place) === chosen && 'outline outline-offset-1 outline-ink')}
            style={{ background: outcomeWords[outcome].color }}
          />
        ))}
      </span>
      right on {right} of {executions.length} questions
    </p>
  );
}
