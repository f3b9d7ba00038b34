'use client';
/** Every trial as a line over its parameters to its score. Dragging along an axis marks a range; the table below says the same in words. */
import { type PointerEvent, useRef, useState } from 'react';
import { join } from '#ui/join.ts';
import { useWidth } from '#ui/use-width.ts';
import type { Axis, Brushes } from './axes.ts';
import type { SweepTrial } from './schemas.ts';

interface ParallelCoordinatesProps {
  axes: readonly Axis[];
  trials: readonly SweepTrial[];
  /** Trials that pass all brushes. */
  kept: ReadonlySet<string>;
  brushes: Brushes;
  onBrush(axis: string, range: readonly [number, number] | null): void;
  hovered: string | null;
  onHover(trial: string | null): void;
}

const height = 260;
const top = 34;
const bottom = height - 16;
const side = 70;
/** A shorter drag is a click, which takes the range away. */
const shortest = 0.02;

const yOf = (place: number): number => bottom - place * (bottom - top);

export function ParallelCoordinates({
  axes,
  trials,
  kept,
  brushes,
  onBrush,
  hovered,
  onHover,
}: ParallelCoordinatesProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = Math.max(useWidth(box) ?? 900, axes.length * 84);
  const xOf = (index: number): number =>
    axes.length === 1 ? width / 2 : side + (index * (width - 2 * side)) / (axes.length - 1);
  const best = axes.at(-1) as Axis;
  // Better ones above, the hovered one on top of all.
  const order = [...trials].sort((left, right) => rank(left) - rank(right));
  function rank(trial: SweepTrial): number {
    return trial.id === hovered ? 3 : (kept.has(trial.id) ? 1 : 0) + (best.placeOf(trial) ?? -1) / 2;
  }
  return (
    <div ref={box} className="overflow-x-auto">
      <svg width={width} height={height} role="img" aria-label={summary(axes, trials.length)} className="select-none">
        <g fill="none" strokeLinejoin="round">
          {order.map((trial) => {
            const score = best.placeOf(trial);
            const faded = !kept.has(trial.id) || (hovered !== null && hovered !== trial.id);
            return (
              <path
                key={trial.id}
                d={line(axes, trial, xOf)}
                className={join('transition-opacity', score === null ? 'stroke-ink-faint' : 'stroke-accent')}
                strokeWidth={trial.id === hovered ? 3 : score === 1 ? 2.5 : 1.5}
                strokeDasharray={score === null ? '4 4' : undefined}
                opacity={faded ? 0.08 : 0.25 + 0.75 * (score ?? 0.3)}
                onPointerEnter={() => onHover(trial.id)}
                onPointerLeave={() => onHover(null)}
              />
            );
          })}
        </g>
        {axes.map((axis, index) => (
          <AxisView key={axis.id} axis={axis} x={xOf(index)} brush={brushes[axis.id]} onBrush={onBrush} />
        ))}
      </svg>
    </div>
  );
}

interface AxisViewProps {
  axis: Axis;
  x: number;
  brush: readonly [number, number] | undefined;
  onBrush(axis: string, range: readonly [number, number] | null): void;
}

function AxisView({ axis, x, brush, onBrush }: AxisViewProps) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const placeAt = (event: PointerEvent<SVGRectElement>): number => {
    const { y, height: size } = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, 1 - (event.clientY - y - brushMargin) / (size - 2 * brushMargin)));
  };
  const shown: readonly [number, number] | undefined = drag
    ? [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)]
    : brush;
  return (
    <g>
      <line x1={x} x2={x} y1={top} y2={bottom} className="stroke-line-strong" strokeWidth="1" />
      <text x={x} y={16} textAnchor="middle" className="fill-ink text-xs font-medium">
        <title>{axis.id}</title>
        {axis.label}
      </text>
      {axis.ticks.map(({ place, label }) => (
        <text
          key={label}
          x={x + 6}
          y={yOf(place) + 4}
          className="fill-ink-soft stroke-surface text-xs tabular [paint-order:stroke]"
          strokeWidth="3"
        >
          {label}
        </text>
      ))}
      {shown && (
        <rect
          x={x - 7}
          width={14}
          y={yOf(shown[1])}
          height={Math.max(3, yOf(shown[0]) - yOf(shown[1]))}
          rx={3}
          className="fill-accent/25 stroke-accent"
        />
      )}
      <rect
        x={x - 14}
        y={top - brushMargin}
        width={28}
        height={bottom - top + 2 * brushMargin}
        fill="transparent"
        className="cursor-crosshair touch-none"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: placeAt(event), to: placeAt(event) });
        }}
        onPointerMove={(event) => drag && setDrag({ ...drag, to: placeAt(event) })}
        onPointerUp={(event) => {
          if (!drag) return;
          const to = placeAt(event);
          const range = [Math.min(drag.from, to), Math.max(drag.from, to)] as const;
          onBrush(axis.id, range[1] - range[0] < shortest ? null : range);
          setDrag(null);
        }}
      />
    </g>
  );
}

/** Room beyond the ends of an axis, so that a drag can take in the last value. */
const brushMargin = 8;

/** Where a trial has no value the line has a gap. */
function line(axes: readonly Axis[], trial: SweepTrial, xOf: (index: number) => number): string {
  let pen = 'M';
  return axes
    .map((axis, index) => {
      const place = axis.placeOf(trial);
      if (place === null) {
        pen = 'M';
        return '';
      }
      const step = `${pen}${xOf(index).toFixed(1)} ${yOf(place).toFixed(1)}`;
      pen = 'L';
      return step;
    })
    .join('');
}

function summary(axes: readonly Axis[], trials: number): string {
  return `${trials} trials as lines over ${axes.map(({ label }) => label).join(', ')}; the table of trials has the same numbers.`;
}
