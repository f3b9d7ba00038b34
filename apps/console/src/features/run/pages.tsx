/** Goes through the pages of a list. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Button } from '#ui/button.tsx';

/** `page` is 1-based. Nothing when all is on one page. */
export function Pages({
  total,
  pageSize,
  page,
  onPage,
  label = 'Pages',
}: {
  total: number;
  pageSize: number;
  page: number;
  onPage(page: number): void;
  /** What it goes through; on a page with several each needs its own. */
  label?: string;
}) {
  const pages = Math.ceil(total / pageSize);
  if (pages <= 1) return null;
  return (
    <nav
      aria-label={label}
      className="flex items-center justify-end gap-2 border-t border-line px-4 py-2 text-xs text-ink-soft"
    >
      <span className="tabular">
        {(page - 1) * pageSize + 1}–{Math.min(total, page * pageSize)} of {total}
      </span>
      <Button icon look="quiet" aria-label="Page before" disabled={page <= 1} onClick={() => onPage(page - 1)}>
        <ChevronLeft aria-hidden />
      </Button>
      <Button icon look="quiet" aria-label="Next page" disabled={page >= pages} onClick={() => onPage(page + 1)}>
        <ChevronRight aria-hidden />
      </Button>
    </nav>
  );
}
