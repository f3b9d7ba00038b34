/** Routes about experiments that are being written: templates to start from, and a check as one types. */
import { createRoute, z } from '@hono/zod-openapi';
import { answer, body } from '#api/route.ts';
import { router } from '#api/router.ts';
import { checkText, configSchema, listTemplates, readTemplate } from './read.ts';
import { CheckRequest, CheckResult, ConfigKind, TemplateEntry } from './schemas.ts';

export function newApi() {
  return router()
    .openapi(
      createRoute({
        method: 'get',
        path: '/templates',
        operationId: 'listTemplates',
        tags: ['configs'],
        summary: 'List the configs that come with the project',
        responses: { 200: answer(z.object({ items: z.array(TemplateEntry), total: z.number().int() }), 'Templates') },
      }),
      (context) => {
        const items = listTemplates();
        return context.json({ items, total: items.length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/templates/{source}',
        operationId: 'getTemplate',
        tags: ['configs'],
        summary: 'Get a config to start from: a template, or what a run or sweep was made with',
        request: {
          params: z.object({ source: z.string().min(1).max(300).openapi({ example: 'template:quickstart' }) }),
        },
        responses: { 200: answer(TemplateEntry, 'The config as YAML') },
      }),
      async (context) => context.json(await readTemplate(context.req.valid('param').source), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/config-schemas/{kind}',
        operationId: 'getConfigSchema',
        tags: ['configs'],
        summary: 'Get the JSON Schema of a config',
        request: { params: z.object({ kind: ConfigKind }) },
        responses: { 200: answer(z.record(z.string(), z.unknown()), 'JSON Schema') },
      }),
      (context) => context.json({ ...configSchema(context.req.valid('param').kind) }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/check',
        operationId: 'checkConfig',
        tags: ['configs'],
        summary: 'Check a config and say how much it would do; nothing is started',
        request: { body: body(CheckRequest) },
        responses: { 200: answer(CheckResult, 'Its mistakes, or what it would do') },
      }),
      (context) => {
        const { kind, text } = context.req.valid('json');
        return context.json(checkText(kind, text), 200);
      },
    );
}
