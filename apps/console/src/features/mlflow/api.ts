/** The part of MLflow's REST API that reads, for its clients and for what is built on them. Nothing can be written. */
import { Hono } from 'hono';
import type { z } from 'zod';
import { store } from '#server/store.ts';
import { answerProblem, MlflowProblem } from './errors.ts';
import { readExperiment, readHistory, readRun, searchExperiments, searchRuns } from './read.ts';
import { GetExperiment, GetExperimentByName, GetHistory, GetRun, SearchExperiments, SearchRuns } from './schemas.ts';

export function mlflowApi(): Hono {
  const api = new Hono().basePath('/api/2.0/mlflow');
  api.onError(answerProblem);
  api.on(['GET', 'POST'], '/experiments/search', async ({ req }) =>
    Response.json(await searchExperiments(await store(), await asked(req, SearchExperiments))),
  );
  api.get('/experiments/get', async ({ req }) => {
    const { experiment_id: id } = await asked(req, GetExperiment);
    return Response.json(await readExperiment(await store(), { id }));
  });
  api.get('/experiments/get-by-name', async ({ req }) => {
    const { experiment_name: name } = await asked(req, GetExperimentByName);
    return Response.json(await readExperiment(await store(), { name }));
  });
  api.post('/runs/search', async ({ req }) =>
    Response.json(await searchRuns(await store(), await asked(req, SearchRuns))),
  );
  api.get('/runs/get', async ({ req }) =>
    Response.json(await readRun(await store(), (await asked(req, GetRun)).run_id)),
  );
  api.get('/metrics/get-history', async ({ req }) =>
    Response.json(await readHistory(await store(), await asked(req, GetHistory))),
  );
  api.notFound(({ req }) =>
    answerProblem(
      req.method === 'GET' || /\/search$/.test(req.path)
        ? new MlflowProblem(
            'ENDPOINT_NOT_FOUND',
            `${req.path} is not answered here: only experiments, runs and metrics are`,
          )
        : new MlflowProblem('PERMISSION_DENIED', 'This server only shows runs; it takes none and changes none'),
    ),
  );
  return api;
}

interface Asked {
  method: string;
  queries(): Record<string, string[]>;
  text(): Promise<string>;
}

const mostCharacters = 1_000_000;

/** What a request asks, from its query or from its body. @throws MlflowProblem naming what does not fit */
async function asked<Schema extends z.ZodType>(req: Asked, schema: Schema): Promise<z.output<Schema>> {
  const given = req.method === 'GET' ? fromQuery(req.queries()) : await fromBody(req);
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  const [issue] = error.issues;
  const field = issue?.path.join('.');
  throw new MlflowProblem('INVALID_PARAMETER_VALUE', `${field || 'the request'}: ${issue?.message ?? 'is not valid'}`);
}

function fromQuery(queries: Record<string, string[]>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(queries).map(([key, values]) => [key, values.length > 1 ? values : values[0]]),
  );
}

async function fromBody(req: Asked): Promise<unknown> {
  const text = await req.text();
  if (text.length > mostCharacters) throw new MlflowProblem('INVALID_PARAMETER_VALUE', 'the request is too long');
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new MlflowProblem('INVALID_PARAMETER_VALUE', 'the request is no JSON');
  }
}
