/** Small labels. A status has a word and a shape beside its colour. */
import type { RunStatus } from '@queryloop/contracts';
import { Ban, CircleCheck, CircleDashed, CircleX, LoaderCircle, type LucideIcon, PauseCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { join } from './join.ts';

export type Tone = 'neutral' | 'accent' | 'good' | 'bad' | 'warn' | 'info';

const tones: Record<Tone, string> = {
  neutral: 'bg-sunken text-ink-soft',
  accent: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  info: 'bg-info-soft text-info',
};

export function Badge({
  tone = 'neutral',
  children,
  className,
  title,
}: {
  tone?: Tone;
  children: ReactNode;
  className?: string;
  title?: string;
}) {
  return (
    <span
      title={title}
      className={join(
        'inline-flex items-center gap-1 whitespace-nowrap rounded-full px-2 py-0.5 text-xs font-medium',
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

const statuses: Record<RunStatus, { tone: Tone; icon: LucideIcon; spins?: boolean }> = {
  running: { tone: 'info', icon: LoaderCircle, spins: true },
  paused: { tone: 'warn', icon: PauseCircle },
  stopped: { tone: 'neutral', icon: CircleDashed },
  finished: { tone: 'good', icon: CircleCheck },
  failed: { tone: 'bad', icon: CircleX },
  cancelled: { tone: 'neutral', icon: Ban },
};

export function StatusBadge({ status }: { status: RunStatus }) {
  const { tone, icon: Icon, spins } = statuses[status];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden className={join('size-3.5', spins && 'animate-spin [animation-duration:3s]')} />
      {status}
    </Badge>
  );
}
