/** Axes of the parallel coordinates: where a value stands between the bottom (0) and the top (1) of its axis. */
import { number, percent } from '#ui/format.ts';
import type { SweepDetail, SweepTrial } from './schemas.ts';

type Value = string | number | boolean;

export interface Axis {
  id: string;
  label: string;
  /** Null: the trial has no value there. */
  placeOf(trial: SweepTrial): number | null;
  ticks: { place: number; label: string }[];
}

/** Brushed part of each axis, from bottom to top. */
export type Brushes = Readonly<Record<string, readonly [low: number, high: number]>>;

/** Parameters that vary, in the order of the config, then the score on dev. */
export function axesOf({ items, settings }: Pick<SweepDetail, 'items' | 'settings'>): Axis[] {
  const names = Object.keys(settings.parameters).filter(
    (name) => new Set(items.map(({ parameters }) => parameters[name])).size > 1,
  );
  return [...names.map((name) => parameterAxis(name, items, isLog(settings.parameters[name]))), scoreAxis(items)];
}

export function passes(trial: SweepTrial, axes: readonly Axis[], brushes: Brushes): boolean {
  return axes.every((axis) => {
    const brush = brushes[axis.id];
    if (brush === undefined) return true;
    const place = axis.placeOf(trial);
    return place !== null && place >= brush[0] && place <= brush[1];
  });
}

function isLog(parameter: SweepDetail['settings']['parameters'][string] | undefined): boolean {
  return parameter !== undefined && !Array.isArray(parameter) && parameter.scale === 'log';
}

function parameterAxis(id: string, items: readonly SweepTrial[], log: boolean): Axis {
  const label = id.split('.').at(-1) ?? id;
  const values = [...new Set(items.map(({ parameters }) => parameters[id]))].filter((value) => value !== undefined);
  const numbers = values.filter((value) => typeof value === 'number');
  // A few values stand at even distances, which reads better than where they lie.
  if (numbers.length < values.length || values.length <= 6) return classAxis(id, label, values);
  const wide = log || (Math.min(...numbers) > 0 && Math.max(...numbers) / Math.min(...numbers) > 50);
  const scale = wide ? Math.log : (value: number) => value;
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const place = (value: number): number => (scale(value) - scale(low)) / (scale(high) - scale(low));
  const middle = wide ? Math.sqrt(low * high) : (low + high) / 2;
  return {
    id,
    label,
    placeOf: ({ parameters }) => (typeof parameters[id] === 'number' ? place(parameters[id]) : null),
    ticks: [low, middle, high].map((value) => ({ place: place(value), label: number(Number(value.toPrecision(2))) })),
  };
}

function classAxis(id: string, label: string, values: readonly Value[]): Axis {
  const sorted = [...values].sort((left, right) =>
    typeof left === 'number' && typeof right === 'number' ? left - right : String(left) < String(right) ? -1 : 1,
  );
  const place = (value: Value | undefined): number | null => {
    const index = value === undefined ? -1 : sorted.indexOf(value);
    return index === -1 ? null : sorted.length === 1 ? 0.5 : index / (sorted.length - 1);
  };
  return {
    id,
    label,
    placeOf: ({ parameters }) => place(parameters[id]),
    ticks: sorted.map((value) => ({
      place: place(value) ?? 0,
      label: typeof value === 'number' ? number(value) : String(value),
    })),
  };
}

function scoreAxis(items: readonly SweepTrial[]): Axis {
  const scores = items.flatMap(({ dev }) => (dev === null ? [] : [dev.mean]));
  const [low, high] = scores.length === 0 ? [0, 1] : [Math.min(...scores), Math.max(...scores)];
  const place = (score: number): number => (high === low ? 0.5 : (score - low) / (high - low));
  const ticks = high === low ? [low] : [low, (low + high) / 2, high];
  return {
    id: 'dev',
    label: 'dev accuracy',
    placeOf: ({ dev }) => (dev === null ? null : place(dev.mean)),
    ticks: ticks.map((score) => ({ place: place(score), label: percent(score) })),
  };
}
