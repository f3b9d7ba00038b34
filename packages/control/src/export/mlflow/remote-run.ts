/** A run on an MLflow server: found by a tag or made, and filled with what it does not have. */
import { MlflowError, type MlflowServer } from './server.ts';

export interface RemoteRun {
  id: string;
  experimentId: string;
  artifactUri: string;
  /** It was not there before. */
  created: boolean;
  params: Map<string, string>;
  /** Names of the metrics it has points of. */
  metrics: Set<string>;
}

export interface RemotePoint {
  key: string;
  step: number;
  value: number;
  /** Milliseconds. */
  timestamp: number;
}

interface Entry {
  key: string;
  value: string;
}

/** A run as the server gives it. */
interface RunMessage {
  info: { run_id: string; experiment_id: string; artifact_uri: string };
  data: { metrics?: { key: string }[]; params?: Entry[] };
}

/** Most of each kind in one request, as the server takes them. */
const most = { metrics: 1000, params: 100, tags: 100, points: 25_000 };
/** The server refuses longer ones. */
const longest = { param: 6000, tag: 5000 };

/** The id of an experiment, made when there is none of that name. @throws MlflowError */
export async function experimentNamed(server: MlflowServer, name: string): Promise<string> {
  const find = async (): Promise<string> => {
    const path = 'experiments/get-by-name';
    const found = (await server.get(path, { experiment_name: name })) as { experiment?: { experiment_id?: string } };
    if (found.experiment?.experiment_id === undefined) throw server.unlike(path);
    return found.experiment.experiment_id;
  };
  try {
    return await find();
  } catch (error) {
    if (!isCode(error, 'RESOURCE_DOES_NOT_EXIST')) throw error;
  }
  try {
    return ((await server.post('experiments/create', { name })) as { experiment_id: string }).experiment_id;
  } catch (error) {
    // Somebody else made it in between.
    if (!isCode(error, 'RESOURCE_ALREADY_EXISTS')) throw error;
    return await find();
  }
}

export interface WantedRun {
  experimentId: string;
  name: string;
  /** The tag that tells it from all others; its value is the one in `tags`. */
  key: string;
  tags: Record<string, string>;
  startedAt: Date;
}

/** The run with a tag, made when there is none; its tags are set either way. @throws MlflowError */
export async function runTagged(server: MlflowServer, wanted: WantedRun): Promise<RemoteRun> {
  const { experimentId, name, key, startedAt } = wanted;
  const tags = Object.entries(wanted.tags).map(([tag, value]) => ({ key: tag, value: value.slice(0, longest.tag) }));
  const { runs = [] } = (await server.post('runs/search', {
    experiment_ids: [experimentId],
    filter: `tags.\`${key}\` = '${wanted.tags[key]}'`,
    max_results: 1,
  })) as { runs?: RunMessage[] };
  const [found] = runs;
  if (found === undefined) {
    const request = { experiment_id: experimentId, run_name: name, start_time: startedAt.getTime(), tags };
    return remoteRun(((await server.post('runs/create', request)) as { run: RunMessage }).run, true);
  }
  await inBatches(tags, most.tags, (part) => server.post('runs/log-batch', { run_id: found.info.run_id, tags: part }));
  return remoteRun(found, false);
}

function remoteRun({ info, data }: RunMessage, created: boolean): RemoteRun {
  return {
    id: info.run_id,
    experimentId: info.experiment_id,
    artifactUri: info.artifact_uri,
    created,
    params: new Map(data.params?.map(({ key, value }) => [key, value])),
    metrics: new Set(data.metrics?.map(({ key }) => key)),
  };
}

/** Sets what is not set. @returns the names of those that have another value there, which a server never changes */
export async function addParams(
  server: MlflowServer,
  { id, params }: RemoteRun,
  wanted: Record<string, string>,
): Promise<string[]> {
  const entries = Object.entries(wanted).map(([key, value]) => ({ key, value: value.slice(0, longest.param) }));
  const missing = entries.filter(({ key }) => !params.has(key));
  await inBatches(missing, most.params, (part) => server.post('runs/log-batch', { run_id: id, params: part }));
  return entries.filter(({ key, value }) => params.has(key) && params.get(key) !== value).map(({ key }) => key);
}

/** Those points of a metric that the run does not have. */
export async function missingPoints(
  server: MlflowServer,
  run: RemoteRun,
  key: string,
  wanted: readonly Omit<RemotePoint, 'key'>[],
): Promise<RemotePoint[]> {
  const has = run.metrics.has(key) ? await pointsOf(server, run.id, key) : new Set<string>();
  return wanted.filter((point) => !has.has(nameOf(point))).map((point) => ({ key, ...point }));
}

/** Adds points of any metrics, in few requests. @param onSent hears how many are there */
export async function addPoints(
  server: MlflowServer,
  { id }: RemoteRun,
  points: readonly RemotePoint[],
  onSent: (done: number) => void,
): Promise<void> {
  let done = 0;
  await inBatches(points, most.metrics, async (part) => {
    await server.post('runs/log-batch', { run_id: id, metrics: part });
    onSent((done += part.length));
  });
}

async function pointsOf(server: MlflowServer, runId: string, key: string): Promise<Set<string>> {
  const points = new Set<string>();
  let token: string | undefined;
  do {
    const page = (await server.get('metrics/get-history', {
      run_id: runId,
      metric_key: key,
      max_results: String(most.points),
      ...(token && { page_token: token }),
    })) as { metrics?: { value: number; step?: number | string }[]; next_page_token?: string };
    for (const { value, step = 0 } of page.metrics ?? []) points.add(nameOf({ step: Number(step), value }));
    token = page.next_page_token;
  } while (token);
  return points;
}

function nameOf({ step, value }: { step: number; value: number }): string {
  return `${step} ${value}`;
}

async function inBatches<T>(all: readonly T[], size: number, send: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < all.length; start += size) await send(all.slice(start, start + size));
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof MlflowError && error.code === code;
}
