/**
 * A small server of the hub's published API (model info, tree, resolve with ranges), because tests cannot count on the hub, nor make it
 * cut a connection or send damaged bytes.
 */
import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HubServer {
  url: string;
  /** What the repository holds, and the commit that it is: both may change between pulls. */
  files: Record<string, Buffer>;
  commit: string;
  /** Byte ranges asked for, by file. */
  ranges: { path: string; start: number }[];
  /** Cuts the connection after so many bytes of the file's next answers, one entry each. */
  cuts: Map<string, number[]>;
  /** Files whose bytes are changed on the way. */
  damaged: Set<string>;
  /** What paths that begin so are answered with instead. */
  refusals: Map<string, Refusal>;
  close(): void;
}

interface Refusal {
  status: number;
  type: string;
  text: string;
}

/** Serves one repository; files ending in .safetensors are in large-file storage. */
export async function serveHub(repo: string, files: Record<string, Buffer>): Promise<HubServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://hub');
    const { commit } = hub;
    const refusal = [...hub.refusals].find(([start]) => pathname.startsWith(start))?.[1];
    if (refusal) return response.writeHead(refusal.status, { 'content-type': refusal.type }).end(refusal.text);
    if (pathname.startsWith(`/api/models/${repo}/revision/`)) {
      if (pathname.endsWith('/absent')) return json(response, 404, { error: 'Invalid rev id: absent' });
      return json(response, 200, { _id: '1', id: repo, sha: commit, lastModified: '2026-01-01T00:00:00Z' });
    }
    if (pathname === `/api/models/${repo}/tree/${commit}`)
      return json(response, 200, Object.entries(hub.files).map(listed));
    const path = pathname.replace(`/${repo}/resolve/${commit}/`, '');
    const content = hub.files[path];
    if (content === undefined) return json(response, 404, { error: 'Repository not found' });
    const [, start = 0, end = content.length - 1] = (/bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []).map(
      Number,
    );
    response.writeHead(206, {
      etag: `"${sha256(content)}"`,
      'content-range': `bytes ${start}-${end}/${content.length}`,
      'content-length': end - start + 1,
    });
    const bytes = Buffer.from(content.subarray(start, end + 1));
    // The library first asks for one byte, to learn the size.
    if (end === 0) return response.end(bytes);
    hub.ranges.push({ path, start });
    if (hub.damaged.has(path)) bytes[0] = (bytes[0] as number) ^ 1;
    const cut = hub.cuts.get(path)?.shift();
    if (cut === undefined) return response.end(bytes);
    return response.write(bytes.subarray(0, cut), () => setTimeout(() => response.destroy(), 50));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const hub: HubServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    commit: 'c0ffee'.padEnd(40, '0'),
    ranges: [],
    cuts: new Map(),
    damaged: new Set(),
    refusals: new Map(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return hub;
}

function listed([path, content]: [string, Buffer]): object {
  const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  const lfs = { oid: sha256(content), size: content.length, pointerSize: 130 };
  return { type: 'file', path, size: content.length, oid, ...(path.endsWith('.safetensors') && { lfs }) };
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
