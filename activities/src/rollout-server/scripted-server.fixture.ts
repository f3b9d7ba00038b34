/** A server for what real ones cannot be made to do at will: it answers requests one after the other as it is told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface AskedRequest {
  path: string;
  authorization: string | undefined;
  body: Record<string, unknown> | null;
}

/** What is done with a request: an answer, or anything else. */
export type Reply =
  | { status?: number; body: unknown; headers?: Record<string, string> }
  | ((response: ServerResponse) => void);

export interface ScriptedServer {
  url: string;
  /** Requests for completions; those for the list of models are not among them. */
  asked: AskedRequest[];
  close(): Promise<void>;
}

export const wholeAnswer = {
  choices: [
    {
      text: 'x',
      finish_reason: 'stop',
      token_ids: [7, 510],
      logprobs: { tokens: ['a', 'b'], token_logprobs: [-1, -2] },
    },
  ],
};

/** Lists one model, "m", of the program `ownedBy`; after the last reply every request gets a whole answer. */
export async function scriptedServer(
  replies: readonly Reply[],
  { ownedBy = 'vllm', models }: { ownedBy?: string; models?: Reply } = {},
): Promise<ScriptedServer> {
  const asked: AskedRequest[] = [];
  const list: Reply = models ?? { body: { data: [{ id: 'm', owned_by: ownedBy }] } };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isList = request.url?.endsWith('/models') ?? false;
    const body = request.method === 'POST' ? ((await json(request)) as Record<string, unknown>) : null;
    const { authorization } = request.headers;
    const reply = isList ? list : (replies[asked.length] ?? { body: wholeAnswer });
    if (!isList) asked.push({ path: request.url ?? '', authorization, body });
    if (typeof reply === 'function') return reply(response);
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
