'use client';
/** A query with its differences from another marked: underlined what only it has, struck through what it lacks. */
import { useMemo } from 'react';
import { Sql, visible } from '#features/run/visible-text.tsx';
import { sqlDifference } from './sql-difference.ts';

/** `other` null: the query as it is. */
export function MarkedSql({ sql, other }: { sql: string; other: string | null }) {
  const parts = useMemo(() => (other === null ? null : sqlDifference(sql, other)), [sql, other]);
  if (parts === null) return <Sql text={sql} />;
  return (
    <code className="block whitespace-pre-wrap break-words text-xs leading-5">
      {Object.entries(parts).map(([place, part]) => {
        const text = visible(part.text);
        if (part.in === 'both') return <span key={place}>{text}</span>;
        return part.in === 'own' ? (
          <ins key={place} className="rounded-sm bg-info-soft text-info decoration-info/60 underline-offset-2">
            {text}
          </ins>
        ) : (
          <del key={place} className="text-ink-faint">
            {text}
          </del>
        );
      })}
    </code>
  );
}
