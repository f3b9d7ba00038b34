/** The client of a Temporal server, against a server that answers once and is then away. */
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@queryloop/contracts';
import { afterEach, expect, test } from 'vitest';
import { connectTo } from './connect.ts';

let server: Http2Server;
const sessions = new Set<ServerHttp2Session>();
afterEach(() => goAway());

test.each(['while a call is in flight', 'while a call waits to be repeated'])(
  'a connection closed %s fails the call, and nothing else',
  async (when) => {
    const address = await serve();
    const client = await connectTo(address);
    const call = client.workflow.getHandle('run').describe();
    const failed = call.then(
      () => 'answered',
      () => 'failed',
    );
    await sleep(100);
    if (when === 'while a call is in flight') {
      await client.connection.close();
      goAway();
    } else {
      goAway();
      await sleep(50);
      await client.connection.close();
    }
    expect(await failed).toBe('failed');
    // An error in a timer would come within this time, and fail the file.
    await sleep(1_000);
  },
);

test('nobody there is a UserError naming the address', async () => {
  const address = await serve();
  goAway();
  await expect(connectTo(address)).rejects.toThrow(UserError);
  await expect(connectTo(address)).rejects.toThrow(`Temporal at ${address} does not answer`);
});

/** A gRPC server that answers the client's first question (GetSystemInfo) with an empty message, and no other. */
async function serve(): Promise<string> {
  server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => undefined);
    if (!String(headers[':path']).endsWith('/GetSystemInfo')) return;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function goAway(): void {
  for (const session of sessions) session.destroy();
  sessions.clear();
  server.close();
}
