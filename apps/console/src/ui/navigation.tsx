'use client';
/** The main pages. */
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useRef } from 'react';
import { join } from './join.ts';
import { usePresentInSight } from './use-present-in-sight.ts';

export const mainPages = [
  { label: 'Runs', href: '/runs' },
  { label: 'Compare', href: '/compare' },
  { label: 'Sweeps', href: '/sweeps' },
  { label: 'Datasets', href: '/datasets' },
  { label: 'Health', href: '/health' },
  { label: 'New', href: '/new' },
] as const;

export function Navigation() {
  const path = usePathname();
  const bar = useRef<HTMLElement>(null);
  usePresentInSight(bar, path);
  return (
    <nav ref={bar} aria-label="Main" className="flex min-w-0 gap-0.5 overflow-x-auto">
      {mainPages.map(({ label, href }) => {
        const present = path === href || path.startsWith(`${href}/`);
        return (
          <Link
            key={href}
            href={href}
            aria-current={present ? 'page' : undefined}
            className={join(
              'rounded-md px-2.5 py-1.5 text-sm',
              present ? 'bg-sunken font-medium text-ink' : 'text-ink-soft hover:text-ink',
            )}
          >
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
