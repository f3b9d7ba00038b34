/** How outcomes of queries are called and coloured. */
import type { Tone } from '#ui/badge.tsx';
import type { OutcomeClass } from './schemas.ts';

export const outcomeWords: Record<OutcomeClass, { label: string; tone: Tone; color: string }> = {
  ok: { label: 'right', tone: 'good', color: 'var(--good)' },
  wrong: { label: 'wrong answer', tone: 'neutral', color: 'var(--series-8)' },
  empty: { label: 'no value', tone: 'warn', color: 'var(--series-5)' },
  truncated: { label: 'cut at a limit', tone: 'warn', color: 'var(--series-6)' },
  unknown_name: { label: 'unknown name', tone: 'bad', color: 'var(--series-2)' },
  syntax: { label: 'syntax error', tone: 'bad', color: 'var(--bad)' },
  not_select: { label: 'not one reading statement', tone: 'bad', color: 'var(--series-4)' },
  timeout: { label: 'timeout', tone: 'bad', color: 'var(--series-7)' },
  out_of_memory: { label: 'out of memory', tone: 'bad', color: 'var(--series-3)' },
  other: { label: 'other error', tone: 'bad', color: 'var(--warn)' },
};
