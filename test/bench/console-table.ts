/** How fast the store answers the table of runs, on a store of many long runs. */
import type { Store } from '@queryloop/store';
import { median, printTable, timed } from './measure.ts';

type Query = Parameters<Store['runTable']['page']>[0];

export interface TableTimes {
  /** Milliseconds, median of several, by what was asked. */
  ms: Record<string, number>;
}

const repeats = 5;
const columns = ['max(dev/accuracy)', 'test/accuracy', 'reward', 'max(reward)', 'metric_1', 'metric_2', 'grpo.beta'];

/** The requirement: 300 ms at 200 runs of 5,000 points. */
const queries: Record<string, Query> = {
  'newest 300': { columns, limit: 300 },
  'sorted by the best of a metric': { columns, limit: 300, sort: { column: 'max(reward)', descending: true } },
  filtered: { columns, limit: 300, filter: 'tag:tag-1 OR (grpo.beta>0.1 AND max(dev/accuracy)>0.5) NOT status:failed' },
  'seeds together': { columns, limit: 300, group: 'experiment', sort: { column: 'reward', descending: true } },
};

export async function benchRunTable(store: Store): Promise<TableTimes> {
  const ms: Record<string, number> = {};
  for (const [name, query] of Object.entries(queries)) {
    const seconds: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++)
      seconds.push((await timed(() => store.runTable.page(query))).seconds);
    ms[name] = 1000 * median(seconds);
  }
  ms['what there is to choose from'] = 1000 * (await timed(() => store.runTable.choices())).seconds;
  printTable(
    'Table of runs',
    ['asked', 'ms'],
    Object.entries(ms).map(([name, time]) => [name, time.toFixed(0)]),
  );
  return { ms };
}
