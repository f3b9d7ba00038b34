/** Experiments, runs and metrics of the store as MLflow's clients are told of them. Experiments go by name: of the config, or of the sweep. */
import { mlflowNotes } from '@queryloop/control/export/mlflow';
import { updateTimes } from '@queryloop/control/export/tracked-run';
import type { Store, StoredRun } from '@queryloop/store';
import type { z } from 'zod';
import { describeRuns, entries } from './describe-runs.ts';
import { MlflowProblem } from './errors.ts';
import { experimentsOf, idOf, placed, placedRuns } from './experiments.ts';
import { compareBy, compileFilter, compileOrder, type Look } from './filter.ts';
import { pageOf } from './page.ts';
import type {
  GetHistory,
  MlflowExperiment,
  MlflowMetric,
  MlflowRun,
  SearchExperiments,
  SearchRuns,
} from './schemas.ts';

type Query<Schema extends z.ZodType> = z.output<Schema>;

export async function searchExperiments(
  store: Store,
  { filter, order_by, max_results, page_token, view_type }: Query<typeof SearchExperiments>,
): Promise<{ experiments: MlflowExperiment[]; next_page_token?: string }> {
  const test = compileFilter(filter);
  const orders = [...order_by, 'creation_time DESC', 'experiment_id ASC'].map(compileOrder);
  const lookOf = (experiment: MlflowExperiment): Look => {
    const attributes = { ...experiment } as Record<string, unknown>;
    return (place, key) => (place === 'attributes' ? (attributes[key] as string | number | undefined) : undefined);
  };
  const found = view_type === 'DELETED_ONLY' ? [] : experimentsOf(await placedRuns(store));
  const sorted = sortedBy(
    found.filter((each) => test(lookOf(each))),
    lookOf,
    orders,
  );
  const { items, ...rest } = pageOf(sorted, max_results, page_token);
  return { experiments: items, ...rest };
}

/** @throws MlflowProblem when there is none */
export async function readExperiment(
  store: Store,
  wanted: { id: string } | { name: string },
): Promise<{ experiment: MlflowExperiment }> {
  const experiment = experimentsOf(await placedRuns(store)).find(({ experiment_id, name }) =>
    'id' in wanted ? experiment_id === wanted.id : name === wanted.name,
  );
  if (experiment !== undefined) return { experiment };
  const what = 'id' in wanted ? `id '${wanted.id}'` : `name '${wanted.name}'`;
  throw new MlflowProblem('RESOURCE_DOES_NOT_EXIST', `no experiment with ${what} is known here`);
}

export async function searchRuns(
  store: Store,
  { experiment_ids, filter, order_by, max_results, page_token, run_view_type }: Query<typeof SearchRuns>,
): Promise<{ runs: MlflowRun[]; next_page_token?: string }> {
  const test = compileFilter(filter);
  const orders = [...order_by, 'start_time DESC', 'run_id ASC'].map(compileOrder);
  const placed = run_view_type === 'DELETED_ONLY' ? [] : await placedRuns(store);
  const candidates = placed.filter(({ experiment }) => experiment_ids.includes(idOf(experiment)));
  const runs = await describeRuns(store, candidates);
  const sorted = sortedBy(
    runs.filter((run) => test(lookAt(run))),
    lookAt,
    orders,
  );
  const { items, ...rest } = pageOf(sorted, max_results, page_token);
  for (const { info, data } of items) data.tags.push(...entries(await mlflowNotes(store, info.run_id)));
  return { runs: items, ...rest };
}

/** @throws MlflowProblem when there is none */
export async function readRun(store: Store, runId: string): Promise<{ run: MlflowRun }> {
  const stored = await requireRun(store, runId);
  const [run] = await describeRuns(store, await placed(store, [stored]));
  if (run === undefined) throw new Error(`run ${runId} is not described`);
  run.data.tags.push(...entries(await mlflowNotes(store, runId)));
  return { run };
}

/** Points of a metric in the order of their updates; none for a metric that the run does not have. */
export async function readHistory(
  store: Store,
  { run_id, metric_key, max_results, page_token }: Query<typeof GetHistory>,
): Promise<{ metrics: MlflowMetric[]; next_page_token?: string }> {
  const run = await requireRun(store, run_id);
  const [series] = await store.series.read([run_id], [metric_key]);
  const { items, ...rest } = pageOf(
    series?.updates.map((step, i) => [step, series.values[i]]) ?? [],
    max_results,
    page_token,
  );
  const timeOf = await updateTimes(store, run);
  const metrics = (items as [number, number][]).map(([step, value]) => ({
    key: metric_key,
    value,
    timestamp: timeOf(step).getTime(),
    step,
  }));
  return { metrics, ...rest };
}

async function requireRun(store: Store, runId: string): Promise<StoredRun> {
  const run = await store.runs.get(runId);
  if (run === null) throw new MlflowProblem('RESOURCE_DOES_NOT_EXIST', `no run with id '${runId}' is known here`);
  return run;
}

function lookAt({ info, data }: MlflowRun): Look {
  const attributes = info as Record<string, string | number | undefined>;
  const of = (list: readonly { key: string; value: string | number }[]) =>
    new Map(list.map(({ key, value }) => [key, value]));
  const places = { metrics: of(data.metrics), params: of(data.params), tags: of(data.tags) };
  return (place, key) => (place === 'attributes' ? attributes[key] : places[place].get(key));
}

function sortedBy<Item>(
  items: readonly Item[],
  lookOf: (item: Item) => Look,
  orders: readonly ReturnType<typeof compileOrder>[],
): Item[] {
  const looked = items.map((item) => ({ item, look: lookOf(item) }));
  return looked
    .sort((left, right) => {
      for (const order of orders) {
        const compared = compareBy(order, left.look, right.look);
        if (compared !== 0) return compared;
      }
      return 0;
    })
    .map(({ item }) => item);
}
