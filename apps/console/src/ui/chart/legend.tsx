'use client';
/** Names of what a chart shows; each hides or shows its part, and with a double click or Shift only that one stays. */
import { join } from '../join.ts';

export interface LegendItem {
  id: string;
  label: string;
  color: string;
  /** Beside the label, e.g. the last value. */
  value?: string;
}

interface LegendProps {
  items: readonly LegendItem[];
  hidden: ReadonlySet<string>;
  onHidden: (hidden: Set<string>) => void;
}

export function Legend({ items, hidden, onHidden }: LegendProps) {
  const toggle = (id: string): void => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    onHidden(next);
  };
  const only = (id: string): void => {
    const others = items.filter((item) => item.id !== id).map((item) => item.id);
    const isOnly = !hidden.has(id) && others.every((other) => hidden.has(other));
    onHidden(new Set(isOnly ? [] : others));
  };
  return (
    <ul className="flex max-h-20 flex-wrap gap-x-3 gap-y-0.5 overflow-y-auto text-xs">
      {items.map(({ id, label, color, value }) => (
        <li key={id} className="min-w-0">
          <button
            type="button"
            aria-pressed={!hidden.has(id)}
            title="Shift or double click: only this one"
            className={join(
              'flex max-w-full items-center gap-1.5 rounded py-1',
              hidden.has(id) && 'text-ink-faint line-through',
            )}
            onClick={(event) => (event.shiftKey ? only(id) : toggle(id))}
            onDoubleClick={() => only(id)}
          >
            <span
              aria-hidden
              className="h-2 w-3 shrink-0 rounded-sm"
              style={{ background: color, opacity: hidden.has(id) ? 0.3 : 1 }}
            />
            <span className="truncate">{label}</span>
            {value !== undefined && <span className="tabular text-ink-soft">{value}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
