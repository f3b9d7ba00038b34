'use client';
/** The frame of every chart: caption, what to show while there is nothing to draw, and the same as a table. */
import { ChartLine, Table2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { Button } from '../button.tsx';
import { ErrorState, Skeleton } from '../states.tsx';
import type { ChartState } from './chart-types.ts';

interface ChartFigureProps {
  title: string;
  /** For those who cannot see it. */
  description: string;
  state?: ChartState;
  isEmpty: boolean;
  emptyText: string;
  height: number;
  legend?: ReactNode;
  table: () => ReactNode;
  children: ReactNode;
}

export function ChartFigure(props: ChartFigureProps) {
  const { title, description, state = { kind: 'ready' }, isEmpty, emptyText, height, legend, table, children } = props;
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const Icon = asTable ? ChartLine : Table2;
  const isShown = state.kind === 'ready' && !isEmpty;
  return (
    <figure
      className="min-w-0"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-description`}
      aria-busy={state.kind === 'loading'}
    >
      <figcaption className="mb-1 pr-8">
        <span id={`${id}-title`} className="block truncate text-sm font-medium" title={title}>
          {title}
        </span>
        <span id={`${id}-description`} className="sr-only">
          {description}
        </span>
      </figcaption>
      <div style={{ minHeight: height }}>
        {state.kind === 'loading' && <Skeleton className="h-full min-h-[inherit]" />}
        {state.kind === 'error' && (
          <ErrorState
            title="This chart cannot be drawn"
            error={state}
            action={state.onRetry && <Button onClick={state.onRetry}>Try again</Button>}
          />
        )}
        {state.kind === 'ready' && isEmpty && (
          <p className="grid min-h-[inherit] place-items-center rounded-md bg-sunken px-4 text-center text-ink-soft">
            {emptyText}
          </p>
        )}
        {isShown && !asTable && children}
        {isShown && asTable && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <section className="relative max-h-80 overflow-auto" tabIndex={0} aria-label={`${title} as a table`}>
            {table()}
          </section>
        )}
      </div>
      {isShown && (
        <div className="mt-1 flex items-start gap-2">
          <div className="min-w-0 flex-1">{legend}</div>
          <Button
            look="quiet"
            icon
            className="size-7"
            aria-label={asTable ? `Show ${title} as a chart` : `Show ${title} as a table`}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            <Icon aria-hidden />
          </Button>
        </div>
      )}
    </figure>
  );
}
