'use client';
/** One question that flipped: what was written before and after. */
import { ChevronRight } from 'lucide-react';
import { MarkedSql } from '#features/rollouts/marked-sql.tsx';
import { visible } from '#features/run/visible-text.tsx';
import { Badge } from '#ui/badge.tsx';
import type { FlipsAnswer } from './schemas.ts';

type Flip = FlipsAnswer['items'][number];

export function FlipItem({ question, type, answer, before, after }: Flip) {
  return (
    <li>
      <details className="group">
        <summary className="flex items-start gap-2 py-2 text-sm">
          <ChevronRight
            aria-hidden
            className="mt-0.5 size-4 shrink-0 text-ink-faint transition-transform group-open:rotate-90"
          />
          <Badge tone={after.correct ? 'good' : 'bad'}>{after.correct ? 'won' : 'lost'}</Badge>
          <span className="min-w-0 flex-1 break-words">{visible(question)}</span>
          <span className="hidden shrink-0 text-xs text-ink-faint lg:inline">{visible(type)}</span>
        </summary>
        <div className="grid gap-3 pb-3 pl-6 md:grid-cols-2">
          <Written title="Before" written={before} other={null} />
          <Written title="After" written={after} other={before.sql} />
          <p className="text-xs text-ink-soft md:col-span-2">
            Expected: <span className="font-mono">{visible(answer)}</span>
          </p>
        </div>
      </details>
    </li>
  );
}

function Written({ title, written, other }: { title: string; written: Flip['before']; other: string | null }) {
  return (
    <div className="min-w-0 rounded-md bg-sunken p-3">
      <p className="mb-1 flex items-center gap-2 text-xs font-medium">
        {title} <Badge tone={written.correct ? 'good' : 'bad'}>{written.outcome}</Badge>
      </p>
      <MarkedSql sql={written.sql} other={other} />
      <p className="mt-2 break-words font-mono text-xs text-ink-soft">→ {visible(written.result)}</p>
    </div>
  );
}
