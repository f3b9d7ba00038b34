/** The OpenAPI document: made from the schemas of the routes, with what all of them share. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { writeHeader } from './guard.ts';
import { ProblemBody } from './problem-body.ts';

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;
type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>;

const problems = {
  400: 'Something in the request is not valid.',
  401: 'Nobody is signed in, or the token is wrong.',
  403: 'The user may not do this, or another site sent it.',
  404: 'There is no such thing.',
  429: 'Too many wrong tokens.',
  431: 'The address or the headers are too long.',
  503: 'The store or Temporal does not answer.',
};
const problemsOfWrites = {
  409: 'It cannot be done now.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
};
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

export function describeApi(api: OpenAPIHono): Document {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Queryloop',
      version: '1',
      description:
        'Experiments that teach a language model to write SQL: what is stored of them, and what can be done to them. Times are ISO 8601, shares in [0, 1].',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }, {}],
  });
  document.components ??= {};
  document.components.securitySchemes = {
    token: { type: 'http', scheme: 'bearer', description: 'Where QUERYLOOP_AUTH names a list of tokens.' },
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: 'queryloop-session',
      description: 'What signing in gives a browser.',
    },
  };
  document.components.schemas = { ...document.components.schemas, Problem: problemSchema() };
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const method of methods) if (item[method]) complete(item[method], method, path);
  return withPlainTuples(document) as Document;
}

/** Lists of a fixed length whose members are all alike are said so: readers of the document disagree about `prefixItems`. */
function withPlainTuples(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlainTuples);
  if (typeof value !== 'object' || value === null) return value;
  const { prefixItems, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withPlainTuples(inner)]),
  );
  if (prefixItems === undefined) return rest;
  const [first, ...others] = prefixItems as unknown[];
  const alike = others.every((other) => JSON.stringify(other) === JSON.stringify(first));
  if (!alike) return { ...rest, prefixItems };
  return { ...rest, items: first, minItems: others.length + 1, maxItems: others.length + 1 };
}

function complete(operation: Operation, method: string, path: string): void {
  operation.operationId ??= operationId(method, path);
  const writes = method !== 'get';
  const shared = { ...problems, ...(writes && problemsOfWrites) };
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const answers = Object.entries(shared).map(([status, description]) =>
    // That one Node answers by itself, before anybody reads the request.
    [status, status === '431' ? { description } : { description, content }],
  );
  operation.responses = { ...Object.fromEntries(answers), ...operation.responses };
  if (writes)
    operation.parameters = [
      ...(operation.parameters ?? []),
      {
        name: writeHeader,
        in: 'header',
        description: 'Any value; shows that no other site sent this. Not needed beside a token.',
        schema: { type: 'string', const: '1' },
      },
    ];
}

/** E.g. getRunsByIdMetrics, for a route that has no name of its own. */
function operationId(method: string, path: string): string {
  const words = path.replace('/api/v1', '').split(/[/.-]/).filter(Boolean);
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  return (
    method + words.map((word) => (word.startsWith('{') ? `By${capital(word.slice(1, -1))}` : capital(word))).join('')
  );
}

function problemSchema(): NonNullable<NonNullable<Document['components']>['schemas']>[string] {
  const { $schema: _, ...schema } = z.toJSONSchema(ProblemBody, { io: 'input' });
  return schema as ReturnType<typeof problemSchema>;
}
