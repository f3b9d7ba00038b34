/** What a chart says of the place under the pointer. */

import type { ChartMarker } from './chart-types.ts';
import { markerColors } from './plot-options.ts';

export interface TooltipRow {
  id: string;
  label: string;
  color: string;
  value: string;
}

interface ChartTooltipProps {
  /** In pixels from the chart's left edge. */
  left: number;
  width: number;
  title: string;
  rows: readonly TooltipRow[];
  /** Rows that are left out. */
  more: number;
  markers: readonly ChartMarker[];
}

export function ChartTooltip({ left, width, title, rows, more, markers }: ChartTooltipProps) {
  const side = left > width / 2 ? { right: width - left + 12 } : { left: left + 12 };
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute top-2 z-20 max-w-[70%] rounded-md border border-line bg-surface px-2 py-1.5 text-xs shadow-sm"
      style={side}
    >
      <p className="mb-0.5 font-medium tabular">{title}</p>
      {markers.map(({ label, kind, x }) => (
        <p key={`${x} ${kind} ${label}`} style={{ color: markerColors[kind] }}>
          {label}
        </p>
      ))}
      {rows.map(({ id, label, color, value }) => (
        <p key={id} className="flex items-center gap-1.5">
          <span className="size-2 shrink-0 rounded-full" style={{ background: color }} />
          <span className="min-w-0 flex-1 truncate text-ink-soft">{label}</span>
          <span className="tabular">{value}</span>
        </p>
      ))}
      {more > 0 && <p className="text-ink-faint">and {more} more</p>}
    </div>
  );
}
