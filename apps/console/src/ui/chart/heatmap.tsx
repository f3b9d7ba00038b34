'use client';
/** Cells of rows and columns in colours, of any number: questions × updates. Scrolls, answers to pointer and keys. */
import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useId, useRef, useState } from 'react';
import { ChartFigure } from './chart-figure.tsx';
import { ChartTable } from './chart-table.tsx';
import type { ChartState } from './chart-types.ts';
import { paintFor, useTheme } from './colors.ts';
import { cellUnder, drawHeatmap, type HeatmapClass, type HeatmapLayout } from './heatmap-drawing.ts';
import { useWidth } from './use-size.ts';

export interface HeatmapProps {
  title: string;
  description?: string;
  /** E.g. questions, from the top. */
  rows: readonly { id: string; label: string }[];
  /** E.g. updates, from the left. */
  columns: readonly { id: string; label: string }[];
  /** Place in `classes`; null where there is nothing. */
  cellAt: (row: number, column: number) => number | null;
  classes: readonly HeatmapClass[];
  /** What the tooltip and a screen reader say of a cell; its row, column and class when left out. */
  describe?: (row: number, column: number) => string;
  /** A click, or Enter. */
  onSelect?: (row: number, column: number) => void;
  rowLabel: string;
  columnLabel: string;
  /** In CSS pixels. */
  cellSize?: number;
  /** Most height in CSS pixels; what is more scrolls. */
  maxHeight?: number;
  state?: ChartState;
  emptyText?: string;
}

interface Cell {
  row: number;
  column: number;
}

export function Heatmap(props: HeatmapProps) {
  const {
    title,
    rows,
    columns,
    cellAt,
    classes,
    onSelect,
    rowLabel,
    columnLabel,
    cellSize = 14,
    maxHeight = 420,
  } = props;
  const { ref, width } = useWidth();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [active, setActive] = useState<Cell | null>(null);
  const theme = useTheme();
  const id = useId();
  const labels = { width: Math.min(220, Math.floor(width / 3)), height: 24 };
  const layout: HeatmapLayout = { cell: cellSize, labels };
  const size = { width: labels.width + columns.length * cellSize, height: labels.height + rows.length * cellSize };
  const height = Math.min(maxHeight, size.height + 2);
  const isEmpty = rows.length === 0 || columns.length === 0;
  const describe =
    props.describe ??
    ((row: number, column: number): string => {
      const index = cellAt(row, column);
      const what = index === null ? 'nothing' : classes[index]?.label;
      return `${rowLabel} ${rows[row]?.label}, ${columnLabel} ${columns[column]?.label}: ${what}`;
    });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes what the same colours are
  const draw = useCallback(() => {
    const [place, view] = [canvas.current, scroller.current];
    if (place === null || view === null || width === 0) return;
    const { scrollLeft, scrollTop } = view;
    [place.width, place.height] = [width * devicePixelRatio, height * devicePixelRatio];
    drawHeatmap(
      place,
      { rows, columns, cellAt, classes, active },
      layout,
      { width, height, scrollLeft, scrollTop },
      paintFor(view),
    );
  }, [rows, columns, cellAt, classes, active, width, height, cellSize, theme]);
  useEffect(draw, [draw]);

  const under = (event: PointerEvent | React.MouseEvent): Cell | null => {
    const view = scroller.current;
    if (view === null) return null;
    const { left, top } = view.getBoundingClientRect();
    return cellUnder(layout, view, { rows, columns }, { x: event.clientX - left, y: event.clientY - top });
  };
  const moveTo = (row: number, column: number): void => {
    const cell = {
      row: Math.max(0, Math.min(rows.length - 1, row)),
      column: Math.max(0, Math.min(columns.length - 1, column)),
    };
    setActive(cell);
    const view = scroller.current;
    if (view === null) return;
    const [left, top] = [cell.column * cellSize, cell.row * cellSize];
    const [seenWidth, seenHeight] = [width - labels.width - cellSize, height - labels.height - cellSize];
    view.scrollTo({
      left: Math.min(left, Math.max(view.scrollLeft, left - seenWidth)),
      top: Math.min(top, Math.max(view.scrollTop, top - seenHeight)),
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { row, column } = active ?? { row: 0, column: 0 };
    const places: Record<string, [number, number]> = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      Home: [row, 0],
      End: [row, columns.length - 1],
      PageUp: [row - 10, column],
      PageDown: [row + 10, column],
    };
    const place = places[event.key];
    if (place !== undefined) active === null ? moveTo(0, 0) : moveTo(...place);
    else if (event.key === 'Enter' && active !== null) onSelect?.(row, column);
    else if (event.key === 'Escape' && active !== null) setActive(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <ChartFigure
      title={title}
      description={
        props.description ??
        `${rows.length} ${rowLabel}s by ${columns.length} ${columnLabel}s: ${classes.map(({ label }) => label).join(', ')}.`
      }
      {...(props.state && { state: props.state })}
      isEmpty={isEmpty}
      emptyText={props.emptyText ?? 'Nothing to draw yet'}
      height={Math.min(height, 160)}
      legend={
        <ul className="flex flex-wrap gap-x-3 gap-y-0.5 py-1 text-xs">
          {classes.map(({ id: key, label, color, pattern }) => (
            <li key={key} className="flex items-center gap-1.5">
              <span
                aria-hidden
                className="relative size-3 rounded-sm text-center text-[9px] leading-3 text-surface"
                style={{ background: color }}
              >
                {pattern === 'dots' ? '•' : pattern === 'stripes' ? '╱' : ''}
              </span>
              {label}
            </li>
          ))}
        </ul>
      }
      table={() => (
        <ChartTable caption={title} head={[rowLabel, ...classes.map(({ label }) => label)]} rows={countsOf(props)} />
      )}
    >
      <div ref={ref} className="relative">
        <div
          ref={scroller}
          role="application"
          aria-label={`${title}: arrows move from cell to cell${onSelect ? ', Enter opens one' : ''}`}
          aria-describedby={`${id}-cell`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is an application
          tabIndex={0}
          className={onSelect ? 'cursor-pointer overflow-auto' : 'overflow-auto'}
          style={{ height }}
          onScroll={draw}
          onKeyDown={onKeyDown}
          onPointerMove={(event) => setActive(under(event))}
          onPointerLeave={() => setActive(null)}
          onClick={(event) => {
            const cell = under(event);
            if (cell !== null) onSelect?.(cell.row, cell.column);
          }}
        >
          <div style={size}>
            <canvas
              ref={canvas}
              aria-hidden
              className="sticky top-0 left-0 block"
              style={{ width, height: height - 2 }}
            />
          </div>
        </div>
        <p id={`${id}-cell`} aria-live="polite" className="h-5 truncate pt-0.5 text-xs text-ink-soft">
          {active === null ? `${rowLabel} × ${columnLabel}` : describe(active.row, active.column)}
        </p>
      </div>
    </ChartFigure>
  );
}

/** How many cells of each class every row has. */
function countsOf({ rows, columns, classes, cellAt }: HeatmapProps): (string | number)[][] {
  return rows.map(({ label }, row) => {
    const counts = classes.map(() => 0);
    for (let column = 0; column < columns.length; column++) {
      const index = cellAt(row, column);
      if (index !== null) counts[index] = (counts[index] ?? 0) + 1;
    }
    return [label, ...counts];
  });
}
