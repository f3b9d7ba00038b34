'use client';
/** Questions whose answer changed: the query before GRPO and after. */
import { CircleCheck, CircleX, MessageSquareText } from 'lucide-react';
import { Panel } from '#ui/panel.tsx';
import { EmptyState } from '#ui/states.tsx';
import type { RunExample } from '../schemas.ts';
import { useRun } from '../use-run.tsx';
import { ResultText, Sql, visible } from '../visible-text.tsx';

export function Examples() {
  const { examples, best } = useRun().run;
  return (
    <Panel
      title="Examples"
      note={best && examples.length > 0 ? `The same question before GRPO and after update ${best.update}.` : undefined}
      flush
    >
      {examples.length === 0 ? (
        <EmptyState icon={MessageSquareText} title="No answer has changed yet">
          They are taken from the evaluations before and after GRPO.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {examples.map((example) => (
            <li key={example.question} className="flex flex-col gap-2 px-4 py-3">
              <p className="font-medium">{visible(example.question)}</p>
              <p className="text-xs text-ink-soft">expected: {visible(example.answer)}</p>
              <div className="grid gap-2 md:grid-cols-2">
                <Answer when="before" {...example.before} />
                <Answer when="after" {...example.after} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Answer({ when, sql, result, correct }: RunExample['before'] & { when: string }) {
  const Icon = correct ? CircleCheck : CircleX;
  return (
    <div className="min-w-0 rounded-md bg-sunken px-3 py-2">
      <p className={`mb-1 flex items-center gap-1.5 text-xs font-medium ${correct ? 'text-good' : 'text-bad'}`}>
        <Icon aria-hidden className="size-3.5" />
        {when}: {correct ? 'right' : 'wrong'}
      </p>
      <Sql text={sql} />
      <p className="mt-1 break-words text-xs text-ink-soft">
        → <ResultText text={result} />
      </p>
    </div>
  );
}
