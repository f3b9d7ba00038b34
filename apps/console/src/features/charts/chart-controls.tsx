'use client';
/** How all charts of a page are looked at: smoothing, scale, axis. */
import { RotateCcw } from 'lucide-react';
import { useId } from 'react';
import { Button } from '#ui/button.tsx';
import { Select } from '#ui/field.tsx';
import { mostSmoothing, useChartState } from './chart-state.ts';
import type { XAxis } from './schemas.ts';

const axes: Record<XAxis, string> = { update: 'Update', tokens: 'Tokens sampled', seconds: 'Time of work' };

export function ChartControls() {
  const { smoothing, log, x, range, setSmoothing, setLog, setX, reset } = useChartState();
  const id = useId();
  const isChanged = smoothing > 0 || log || x !== 'update' || range !== null;
  return (
    <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
      <legend className="sr-only">All charts</legend>
      <div className="flex items-center gap-2">
        <label htmlFor={`${id}-smoothing`}>Smoothing</label>
        <input
          id={`${id}-smoothing`}
          type="range"
          min={0}
          max={mostSmoothing}
          step={0.01}
          value={smoothing}
          className="w-28 accent-accent"
          onChange={(event) => setSmoothing(Number(event.target.value))}
        />
        <output htmlFor={`${id}-smoothing`} className="w-9 tabular text-ink-soft">
          {smoothing.toFixed(2)}
        </output>
      </div>
      <label className="flex items-center gap-1.5">
        <input
          type="checkbox"
          className="accent-accent"
          checked={log}
          onChange={(event) => setLog(event.target.checked)}
        />
        Log scale
      </label>
      <div className="flex items-center gap-2">
        <label htmlFor={`${id}-x`}>Over</label>
        <Select id={`${id}-x`} className="w-auto" value={x} onChange={(event) => setX(event.target.value as XAxis)}>
          {Object.entries(axes).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </div>
      {isChanged && (
        <Button look="quiet" onClick={reset}>
          <RotateCcw aria-hidden />
          Reset
        </Button>
      )}
    </fieldset>
  );
}
