'use client';
/** One question; opened, it shows what every run answered to it over its evaluations. */
import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import useSWR from 'swr';
import { Sql, visible } from '#features/run/visible-text.tsx';
import { Badge } from '#ui/badge.tsx';
import type { ApiError } from '#ui/fetch-json.ts';
import { join } from '#ui/join.ts';
import { ErrorState, Skeleton } from '#ui/states.tsx';
import { LinkedQuestion } from './linked-question.tsx';
import type { DatasetQuestion, QuestionHistory, SplitName } from './schemas.ts';

interface QuestionRowProps {
  hash: string;
  split: SplitName;
  question: DatasetQuestion;
  open: boolean;
  onOpen(open: boolean): void;
}

export function QuestionRow({ hash, split, question, open, onOpen }: QuestionRowProps) {
  const { position, answer, type, prompt, spans, samePrompt, asked, correct } = question;
  const details = `question-${position}`;
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={details}
        onClick={() => onOpen(!open)}
        className="grid w-full gap-x-4 gap-y-1 px-4 py-2 text-left hover:bg-sunken md:grid-cols-[minmax(0,1fr)_16rem_8rem]"
      >
        <span className="flex min-w-0 gap-2">
          <ChevronRight
            aria-hidden
            className={join('mt-0.5 size-4 shrink-0 text-ink-faint transition-transform', open && 'rotate-90')}
          />
          <span className="min-w-0">
            <LinkedQuestion question={question.question} spans={spans} />
            <span className="mt-0.5 block text-xs text-ink-faint">
              <span className="tabular">{position + 1}</span> · {type}
              {samePrompt > 1 && ` · prompt shared by ${samePrompt} questions`}
            </span>
          </span>
        </span>
        <span className="break-words text-sm text-ink-soft max-md:pl-6">{visible(answer)}</span>
        <span className="tabular text-sm max-md:pl-6 md:text-right">
          {asked === 0 ? (
            <span className="text-xs text-ink-faint">not evaluated</span>
          ) : (
            `${correct} of ${asked} ${asked === 1 ? 'run' : 'runs'} right`
          )}
        </span>
      </button>
      <div id={details} hidden={!open} className="px-4 pb-3 pl-10">
        <p className="mb-2 text-xs text-ink-soft">
          The policy reads <code className="break-words text-ink">{visible(prompt.trim())}</code>
        </p>
        {open && asked > 0 && <Answers path={`/api/v1/datasets/${hash}/questions/${split}/${position}`} />}
      </div>
    </li>
  );
}

function Answers({ path }: { path: string }) {
  const { data, error } = useSWR<QuestionHistory, ApiError>(path);
  if (error) return <ErrorState error={error} />;
  if (!data) return <Skeleton className="h-24" />;
  return (
    <ul className="flex flex-col gap-2">
      {data.runs.map(({ runId, answers }) => {
        const last = answers.at(-1);
        return (
          <li key={runId} className="rounded-md border border-line px-3 py-2">
            <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
              <Link className="font-medium text-accent hover:underline" href={`/runs/${encodeURIComponent(runId)}`}>
                {runId}
              </Link>
              {answers.map(({ update, correct, outcome, sql }) => (
                <span key={update} title={visible(`${outcome}: ${sql}`)}>
                  <Badge tone={correct ? 'good' : 'neutral'}>
                    <span className="tabular">{update}</span> {correct ? 'right' : outcome}
                  </Badge>
                </span>
              ))}
            </p>
            {last && (
              <>
                <Sql text={last.sql} className="mt-1" />
                <p className="break-words text-xs text-ink-soft">
                  → {last.result === '' ? 'nothing' : visible(last.result)}
                </p>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}
