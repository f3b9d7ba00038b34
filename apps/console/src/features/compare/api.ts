/** Routes about runs beside one another: sides, verdict, coverage, flips. */
import { createRoute, z } from '@hono/zod-openapi';
import { Id } from '#api/ids.ts';
import { answer } from '#api/route.ts';
import { router } from '#api/router.ts';
import { store } from '#server/store.ts';
import { readCoverage } from './read-coverage.ts';
import { readEvaluationChoices, readFlips } from './read-flips.ts';
import { readSides } from './read-sides.ts';
import { readVerdict } from './read-verdict.ts';
import {
  CoverageAnswer,
  CoverageKind,
  EvaluationChoice,
  FlipChange,
  FlipsAnswer,
  Ids,
  SidesAnswer,
  Split,
  VerdictAnswer,
} from './schemas.ts';

const tags = ['compare'];

export function compareApi() {
  const api = router();
  api.openapi(
    createRoute({
      method: 'get',
      path: '/compare/sides',
      operationId: 'getSides',
      tags,
      summary: 'Group runs that differ in their seed only, and list the settings in which the groups differ',
      request: { query: z.object({ ids: Ids }) },
      responses: { 200: answer(SidesAnswer, 'Sides and settings') },
    }),
    async (context) => context.json(await readSides(await store(), context.req.valid('query').ids), 200),
  );
  api.openapi(
    createRoute({
      method: 'get',
      path: '/compare',
      operationId: 'compareRuns',
      tags,
      summary: 'Judge finished runs: paired bootstrap over questions and seeds, exact McNemar, Holm',
      request: {
        query: z.object({
          ids: Ids,
          split: Split,
          baseline: Id.optional().describe('A run of the side that others are compared with'),
          against: z.enum(['side', 'base']).default('side').describe('base: each side with its policies before GRPO'),
        }),
      },
      responses: { 200: answer(VerdictAnswer, 'Scores and verdicts') },
    }),
    async (context) => {
      const { against, ...question } = context.req.valid('query');
      return context.json(await readVerdict(await store(), { ...question, againstBase: against === 'base' }), 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'get',
      path: '/compare/coverage',
      operationId: 'getCoverage',
      tags,
      summary: 'Accuracy by question type, by table, or by SQL construct',
      request: { query: z.object({ ids: Ids, split: Split, by: CoverageKind.default('type') }) },
      responses: { 200: answer(CoverageAnswer, 'A row for each type, table or construct') },
    }),
    async (context) => context.json(await readCoverage(await store(), context.req.valid('query')), 200),
  );
  api.openapi(
    createRoute({
      method: 'get',
      path: '/compare/evaluations',
      operationId: 'listComparableEvaluations',
      tags,
      summary: 'List the evaluations of runs',
      request: { query: z.object({ ids: Ids, split: Split }) },
      responses: {
        200: answer(z.object({ items: z.array(EvaluationChoice), total: z.number().int() }), 'Evaluations'),
      },
    }),
    async (context) => {
      const items = await readEvaluationChoices(await store(), context.req.valid('query'));
      return context.json({ items, total: items.length }, 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'get',
      path: '/compare/flips',
      operationId: 'listFlips',
      tags,
      summary: 'List the questions whose answer became right or wrong between two evaluations',
      request: {
        query: z.object({
          before: Id,
          after: Id,
          change: FlipChange.default('both'),
          text: z.string().max(500).optional(),
          offset: z.coerce.number().int().nonnegative().max(1e6).default(0),
          limit: z.coerce.number().int().positive().max(500).default(50),
        }),
      },
      responses: { 200: answer(FlipsAnswer, 'Flips with both queries') },
    }),
    async (context) => context.json(await readFlips(await store(), context.req.valid('query')), 200),
  );
  return api;
}
