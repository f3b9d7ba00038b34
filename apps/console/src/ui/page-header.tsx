/** What stands at the top of every page: where one is, what it shows, what can be done. */
import Link from 'next/link';
import type { ReactNode } from 'react';

interface PageHeaderProps {
  title: ReactNode;
  /** Pages above this one. */
  trail?: { label: string; href: string }[];
  /** Badges beside the title. */
  badges?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, trail, badges, note, actions }: PageHeaderProps) {
  return (
    <header className="mb-4 flex flex-wrap items-end gap-x-4 gap-y-3">
      <div className="min-w-0 flex-1 basis-80">
        {trail && (
          <nav aria-label="Breadcrumb" className="mb-0.5 text-xs text-ink-faint">
            {trail.map(({ label, href }) => (
              <span key={href}>
                <Link href={href} className="hover:text-ink hover:underline">
                  {label}
                </Link>
                <span aria-hidden> / </span>
              </span>
            ))}
          </nav>
        )}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 break-words text-xl font-semibold tracking-tight">{title}</h1>
          {badges}
        </div>
        {note && <p className="mt-0.5 text-sm text-ink-soft">{note}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
