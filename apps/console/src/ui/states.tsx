/** What stands where data will be: nothing yet, on its way, or out of reach. Each says what to do. */
import { CircleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { join } from './join.ts';

export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon?: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-12 text-center">
      {Icon && <Icon aria-hidden className="size-6 text-ink-faint" />}
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-prose text-sm text-ink-soft">{children}</div>}
      {action && <div className="mt-2 flex gap-2">{action}</div>}
    </div>
  );
}

export function ErrorState({
  title = 'This cannot be shown',
  error,
  action,
}: {
  title?: string;
  error: { message: string; hint?: string | undefined };
  action?: ReactNode;
}) {
  return (
    <div role="alert" className="flex gap-3 rounded-md bg-bad-soft px-4 py-3">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0">
        <p className="font-medium">{title}</p>
        <p className="break-words text-sm">{error.message}</p>
        {error.hint && <p className="break-words text-sm text-ink-soft">{error.hint}</p>}
        {action && <div className="mt-2">{action}</div>}
      </div>
    </div>
  );
}

/** Keeps the place of what loads, so that nothing jumps. Give it a height. */
export function Skeleton({ className }: { className?: string }) {
  return <div role="status" aria-label="Loading" className={join('animate-pulse rounded-md bg-sunken', className)} />;
}
