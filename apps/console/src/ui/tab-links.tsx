'use client';
/** Tabs that are pages: each has its own address. */
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useRef } from 'react';
import { join } from './join.ts';
import { usePresentInSight } from './use-present-in-sight.ts';

/** The first whose path is the page's, or begins it most closely, is the present one. */
export function TabLinks({ label, tabs }: { label: string; tabs: { label: string; href: string }[] }) {
  const path = usePathname();
  const bar = useRef<HTMLElement>(null);
  usePresentInSight(bar, path);
  const fits = tabs.filter(({ href }) => path === href || path.startsWith(`${href}/`));
  const present = fits.sort((a, b) => b.href.length - a.href.length)[0]?.href;
  return (
    <nav ref={bar} aria-label={label} className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
      {tabs.map(({ label: text, href }) => (
        <Link
          key={href}
          href={href}
          aria-current={href === present ? 'page' : undefined}
          className={join(
            '-mb-px whitespace-nowrap border-b-2 px-3 py-2 text-sm',
            href === present ? 'border-accent font-medium text-ink' : 'border-transparent text-ink-soft hover:text-ink',
          )}
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}
