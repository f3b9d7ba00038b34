/** Buttons, and links that look like them. `primary` is for the one thing a page is about. */
import Link from 'next/link';
import type { ComponentProps } from 'react';
import { join } from './join.ts';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

const looks: Record<Look, string> = {
  primary: 'bg-accent text-accent-ink border-transparent hover:opacity-90',
  plain: 'bg-surface border-line hover:bg-sunken',
  quiet: 'border-transparent text-ink-soft hover:bg-sunken hover:text-ink',
  danger: 'bg-surface border-line text-bad hover:bg-bad-soft',
};

const shape =
  'inline-flex h-8 shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border px-3 text-sm font-medium transition-colors disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0';

interface Looks {
  look?: Look;
  /** Square, for an icon alone; give it an aria-label. */
  icon?: boolean;
}

export function Button({
  look = 'plain',
  icon,
  className,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & Looks) {
  return <button type={type} className={join(shape, looks[look], icon && 'w-8 px-0', className)} {...rest} />;
}

export function ButtonLink({ look = 'plain', icon, className, ...rest }: ComponentProps<typeof Link> & Looks) {
  return <Link className={join(shape, looks[look], icon && 'w-8 px-0', className)} {...rest} />;
}
