/** A question with the values of the database that were found in it marked. */
import { Fragment } from 'react';
import { visible } from '#features/run/visible-text.tsx';
import type { LinkedSpan } from './schemas.ts';

export function LinkedQuestion({ question, spans }: { question: string; spans: readonly LinkedSpan[] }) {
  let end = 0;
  return (
    <span className="break-words">
      {spans.map((span) => {
        const before = question.slice(end, span.start);
        end = span.end;
        return (
          <Fragment key={span.start}>
            {visible(before)}
            <mark
              title={`{${span.placeholder}} = ${visible(String(span.value))}`}
              className="rounded-sm bg-accent-soft px-0.5 text-ink"
            >
              {visible(question.slice(span.start, span.end))}
              <span className="ml-1 align-super text-[0.65em] text-accent">{span.placeholder}</span>
            </mark>
          </Fragment>
        );
      })}
      {visible(question.slice(end))}
    </span>
  );
}
