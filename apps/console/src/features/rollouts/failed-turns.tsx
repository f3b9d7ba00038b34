'use client';
/** Queries of a completion that failed before its last one, each with what the policy was told of it. */
import { Sql, visible } from '#features/run/visible-text.tsx';
import type { CompletionRow } from './schemas.ts';

export function FailedTurns({ turns }: Pick<CompletionRow, 'turns'>) {
  return Object.entries(turns).map(([turn, { text, message }]) => (
    <div key={turn} className="mb-1">
      <Sql text={text} />
      <p className="break-words text-xs text-bad">{visible(message)}</p>
    </div>
  ));
}
