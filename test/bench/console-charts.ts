/** How fast twenty long runs become a chart: read and thinned by the console's API, and drawn by a real browser. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { chromium, type Page } from 'playwright-core';
import { runIdAt, type StoreSize } from './console-store.ts';
import { median, timed } from './measure.ts';

export interface ChartTimes {
  /** Milliseconds, median of several, by what was asked of /api/v1/series. */
  apiMs: Record<string, number>;
  /** From the beginning of the page's load to the chart on its canvas, and from asking for the series to there. */
  pageMs: { load: number; chart: number } | null;
  /** The lowest and the highest stored value of each run are in what is drawn. */
  extremesKept: boolean;
}

/** The requirement: a chart of so many runs draws within a second. */
export const chartedRuns = 20;
const repeats = 5;

interface Answer {
  series: { runId: string; points: [x: number, y: number][] }[];
}

/** `url` is of a console that serves the store in `home`. */
export async function benchCharts(url: string, home: string, { runs }: StoreSize): Promise<ChartTimes> {
  const ids = Array.from({ length: Math.min(chartedRuns, runs) }, (_, index) => runIdAt(index));
  const series = (more: Record<string, string>): string =>
    `${url}/api/v1/series?${new URLSearchParams({ runs: ids.join(','), names: 'reward', ...more })}`;
  const queries: Record<string, Record<string, string>> = {
    'one metric': {},
    'mean and standard error over seeds': { group: 'experiment' },
    'zoomed to a tenth': { from: '2000', to: '2500' },
    'over the time of work': { x: 'seconds' },
  };
  const apiMs: Record<string, number> = {};
  for (const [name, query] of Object.entries(queries)) {
    await ask(series(query));
    const seconds: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) seconds.push((await timed(() => ask(series(query)))).seconds);
    apiMs[name] = 1000 * median(seconds);
  }
  const { series: drawn } = await ask(series({}));
  return { apiMs, pageMs: await drawingTimes(url, ids), extremesKept: keepsExtremes(home, drawn) };
}

async function ask(address: string): Promise<Answer> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

function keepsExtremes(home: string, series: Answer['series']): boolean {
  const database = new Database(join(home, 'store.db'), { readonly: true });
  const stored = database
    .prepare("SELECT MIN(value), MAX(value) FROM Metric WHERE runId = ? AND name = 'reward'")
    .raw();
  const kept = series.every(({ runId, points }) => {
    const values = points.map(([, y]) => y);
    const [low, high] = stored.get(runId) as [number, number];
    return Math.min(...values) === low && Math.max(...values) === high;
  });
  database.close();
  return kept && series.length > 0;
}

/** Null without a browser: QUERYLOOP_CHROMIUM names it, else Debian's is taken. */
async function drawingTimes(url: string, ids: readonly string[]): Promise<ChartTimes['pageMs']> {
  const executablePath = process.env['QUERYLOOP_CHROMIUM'] || '/usr/bin/chromium';
  if (!existsSync(executablePath)) return null;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    await page.addInitScript({ content: noteDrawing });
    const address = `${url}/compare?runs=${ids.join(',')}`;
    await drawn(page, address);
    const times: NonNullable<ChartTimes['pageMs']>[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) times.push(await drawn(page, address));
    return { load: median(times.map(({ load }) => load)), chart: median(times.map(({ chart }) => chart)) };
  } finally {
    await browser.close();
  }
}

type Noting = typeof globalThis & { rewardDrawnAt?: number };

/** In the page, as text because it is not of this process: notes when the frame with the reward's chart has been shown. */
const noteDrawing = `(function look() {
  const figure = [...document.querySelectorAll('figure')].find((each) => each.textContent.startsWith('reward'));
  const canvas = figure?.querySelector('canvas');
  if (!canvas?.width) return void requestAnimationFrame(look);
  requestAnimationFrame(() => { globalThis.rewardDrawnAt = performance.now(); });
})();`;

async function drawn(page: Page, address: string): Promise<NonNullable<ChartTimes['pageMs']>> {
  await page.goto(address, { waitUntil: 'commit' });
  await page.waitForFunction(() => (globalThis as Noting).rewardDrawnAt !== undefined, undefined, { timeout: 60_000 });
  return page.evaluate(() => {
    const end = (globalThis as Noting).rewardDrawnAt ?? Number.NaN;
    const asked = performance.getEntriesByType('resource').find(({ name }) => /series\?.*names=reward/.test(name));
    return { load: end, chart: end - (asked?.startTime ?? Number.NaN) };
  });
}
