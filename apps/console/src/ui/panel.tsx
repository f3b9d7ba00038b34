/** A titled part of a page. */
import type { ReactNode } from 'react';
import { join } from './join.ts';

interface PanelProps {
  title?: ReactNode;
  /** One line under the title. */
  note?: ReactNode;
  /** Beside the title, on the right. */
  actions?: ReactNode;
  children: ReactNode;
  /** Without padding, for tables. */
  flush?: boolean;
  className?: string;
}

export function Panel({ title, note, actions, children, flush, className }: PanelProps) {
  return (
    <section className={join('min-w-0 rounded-lg border border-line bg-surface', className)}>
      {(title || actions) && (
        <header className="flex flex-wrap items-start gap-x-3 gap-y-2 px-4 pt-3 pb-2">
          <div className="min-w-0 flex-1 basis-28">
            <h2 className="text-sm font-semibold">{title}</h2>
            {note && <p className="text-xs text-ink-faint">{note}</p>}
          </div>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      {flush ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        <div className="relative overflow-x-auto" tabIndex={0}>
          {children}
        </div>
      ) : (
        <div className="px-4 pt-1 pb-4">{children}</div>
      )}
    </section>
  );
}
