/** The console's part of the bench: the table of runs and a chart of many long runs, on a store as large as it must be able to show. */
import { openStore } from '@queryloop/store';
import { serveConsole } from '../console/server.ts';
import { benchCharts, type ChartTimes, chartedRuns } from './console-charts.ts';
import { fillStore, requiredSize } from './console-store.ts';
import { benchRunTable, type TableTimes } from './console-table.ts';
import { printTable } from './measure.ts';

export interface ConsoleFigures {
  runs: number;
  points: number;
  table: TableTimes;
  charts: ChartTimes;
}

/** Limits of the requirement, in milliseconds. */
const limits = { table: 300, chart: 1000 };

/** With `large` each run has 20 metrics (20 million points), else 4. Prints times, and each over its limit. */
export async function benchConsole({ large }: { large: boolean }): Promise<ConsoleFigures> {
  const size = large ? requiredSize : { ...requiredSize, metrics: 4 };
  const server = await serveConsole({
    environment: () => ({ QUERYLOOP_STORE_URL: '' }),
    prepare: (home) => fillStore(home, size),
  });
  try {
    const store = await openStore({ folder: server.home });
    const table = await benchRunTable(store).finally(() => store.close());
    const charts = await benchCharts(server.url, server.home, size);
    return report({ runs: size.runs, points: size.updates * size.metrics, table, charts });
  } finally {
    await server.stop();
  }
}

function report(figures: ConsoleFigures): ConsoleFigures {
  const { table, charts, runs, points } = figures;
  const row = (what: string, ms: number, limit?: number): string[] => [
    what,
    ms.toFixed(0),
    limit === undefined ? '' : (ms / limit).toFixed(2),
  ];
  const slowest = Math.max(...Object.values(table.ms));
  printTable(
    `console: ${runs} runs of ${points} points${charts.extremesKept ? '' : ' (a thinned series has lost an extreme)'}`,
    ['', 'ms', 'of limit'],
    [
      row('table of runs, slowest question', slowest, limits.table),
      ...Object.entries(charts.apiMs).map(([name, ms]) => row(`series of ${chartedRuns} runs: ${name}`, ms)),
      ...(charts.pageMs === null
        ? []
        : [
            row(
              `chart of ${chartedRuns} runs in Chromium, from asking for it to its canvas`,
              charts.pageMs.chart,
              limits.chart,
            ),
            row('  the page around it, from its address', charts.pageMs.load),
          ]),
    ],
  );
  if (!charts.extremesKept) throw new Error('a thinned series has lost its lowest or highest value');
  return figures;
}
