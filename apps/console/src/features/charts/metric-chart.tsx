'use client';
/** One metric of runs, live, looked at as the page's controls say. */
import { useMemo } from 'react';
import type { ChartMarker, ChartSeries } from '#ui/chart/chart-types.ts';
import { seriesColor } from '#ui/chart/colors.ts';
import { SeriesChart } from '#ui/chart/series-chart.tsx';
import { duration, number } from '#ui/format.ts';
import { useChartState } from './chart-state.ts';
import type { SeriesAnswer, XAxis } from './schemas.ts';
import { useSeries } from './use-series.ts';

export interface ChartedRun {
  id: string;
  label: string;
  color?: string;
}

interface MetricChartProps {
  /** Of a metric, or of a score: dev/accuracy. */
  name: string;
  title?: string;
  runs: readonly ChartedRun[];
  /** Draws mean and standard error of each experiment, its runs thin behind. */
  group?: boolean;
  /** At updates; shown when x is the update. */
  markers?: readonly ChartMarker[];
  syncKey?: string;
  height?: number;
  formatY?: (y: number) => string;
}

const axisLabels: Record<XAxis, string> = { update: 'update', tokens: 'tokens', seconds: 'time' };
const noMarkers: readonly ChartMarker[] = [];

export function MetricChart({
  name,
  title = name,
  runs,
  group = false,
  markers = noMarkers,
  ...rest
}: MetricChartProps) {
  const { smoothing, log, x, range, setRange } = useChartState();
  const { data, error, isLoading, reload } = useSeries({
    runs: runs.map(({ id }) => id),
    names: [name],
    x,
    from: range?.[0],
    to: range?.[1],
    group: group ? 'experiment' : undefined,
  });
  const series = useMemo(() => (data === undefined ? [] : chartSeries(data, runs)), [data, runs]);
  return (
    <SeriesChart
      {...{ title, series, smoothing, log, range }}
      {...rest}
      markers={x === 'update' ? markers : noMarkers}
      xLabel={axisLabels[data?.x ?? x]}
      onRange={setRange}
      formatX={(data?.x ?? x) === 'seconds' ? duration : number}
      state={
        data !== undefined
          ? { kind: 'ready' }
          : error
            ? { kind: 'error', message: error.message, onRetry: reload }
            : { kind: isLoading ? 'loading' : 'ready' }
      }
      emptyText={log && series.length > 0 ? 'Nothing above 0 to draw on a log scale' : `No point of ${name} yet`}
    />
  );
}

/** Groups first, each followed by its members; without groups the runs. Colours stay with a run whatever is there of it. */
export function chartSeries({ series, groups }: SeriesAnswer, runs: readonly ChartedRun[]): ChartSeries[] {
  const place = new Map(runs.map((run, index) => [run.id, { ...run, index }]));
  const labelOf = (runId: string): string => place.get(runId)?.label ?? runId;
  const lines = [...series].sort(
    (left, right) => (place.get(left.runId)?.index ?? 0) - (place.get(right.runId)?.index ?? 0),
  );
  if (groups.length === 0)
    return lines.map(({ runId, points }) => {
      const run = place.get(runId);
      return { id: runId, label: labelOf(runId), points, color: run?.color ?? seriesColor(run?.index ?? 0) };
    });
  return groups.flatMap(({ experimentId, label, runIds, points, band }) => [
    { id: `group ${experimentId}`, label: `${label} (${runIds.length})`, points, band },
    ...lines
      .filter((line) => line.experimentId === experimentId)
      .map((line) => ({
        id: line.runId,
        label: labelOf(line.runId),
        points: line.points,
        memberOf: `group ${experimentId}`,
      })),
  ]);
}
