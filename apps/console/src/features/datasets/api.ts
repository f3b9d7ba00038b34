/** Routes of datasets: what they are, their questions, their database. */
import { createRoute, z } from '@hono/zod-openapi';
import { router } from '#api/router.ts';
import { answers } from '#features/run/route-parts.ts';
import { artifacts, store } from '#server/store.ts';
import { readDatabase, readDataset, readDatasets, readQuestion, readQuestions } from './read.ts';
import {
  DatasetDetail,
  DatasetSchema,
  DatasetsPage,
  QuestionHistory,
  QuestionsPage,
  QuestionsQuery,
  SplitName,
} from './schemas.ts';

export const datasetsApi = router();

const HashParam = z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/, 'is no hash: 64 hexadecimal digits') });
const tags = ['datasets'];

datasetsApi.openapi(
  createRoute({
    method: 'get',
    path: '/datasets',
    tags,
    summary: 'Datasets that runs have been made on',
    responses: answers(DatasetsPage),
  }),
  async (context) => context.json(await readDatasets(await store()), 200),
);

datasetsApi.openapi(
  createRoute({
    method: 'get',
    path: '/datasets/{hash}',
    tags,
    summary: 'One dataset',
    request: { params: HashParam },
    responses: answers(DatasetDetail),
  }),
  async (context) => {
    const { hash } = context.req.valid('param');
    return context.json(await readDataset(await store(), artifacts(), hash), 200);
  },
);

datasetsApi.openapi(
  createRoute({
    method: 'get',
    path: '/datasets/{hash}/schema',
    tags,
    summary: 'Tables and columns of a split’s database, with what they hold',
    request: { params: HashParam, query: z.object({ split: SplitName.default('train') }) },
    responses: answers(DatasetSchema),
  }),
  async (context) => {
    const { hash } = context.req.valid('param');
    const { split } = context.req.valid('query');
    return context.json(await readDatabase(await store(), artifacts(), hash, split), 200);
  },
);

datasetsApi.openapi(
  createRoute({
    method: 'get',
    path: '/datasets/{hash}/questions',
    tags,
    summary: 'Questions of a split with their linked values',
    request: { params: HashParam, query: QuestionsQuery },
    responses: answers(QuestionsPage),
  }),
  async (context) => {
    const { hash } = context.req.valid('param');
    return context.json(await readQuestions(await store(), artifacts(), hash, context.req.valid('query')), 200);
  },
);

datasetsApi.openapi(
  createRoute({
    method: 'get',
    path: '/datasets/{hash}/questions/{split}/{position}',
    tags,
    summary: 'A question with every answer that runs gave to it',
    request: {
      params: HashParam.extend({ split: SplitName, position: z.coerce.number().int().nonnegative().max(1e9) }),
    },
    responses: answers(QuestionHistory),
  }),
  async (context) => {
    const { hash, split, position } = context.req.valid('param');
    return context.json(await readQuestion(await store(), artifacts(), hash, split, position), 200);
  },
);
