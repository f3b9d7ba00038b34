/** Serves a worker's metrics at /metrics, as OpenMetrics 1.0. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '@queryloop/contracts';
import { type OpenMetricsContentType, Registry } from 'prom-client';
import { temporalMetrics } from './temporal-metrics.ts';

export interface MetricsAddress {
  host: string;
  /** 0: any that is free. */
  port: number;
}

export interface ServedMetrics {
  /** host:port. */
  address: string;
  close(): void;
}

/** @param temporal host:port where Temporal's SDK serves its own. @throws UserError when it cannot listen there */
export async function serveMetrics(
  { host, port }: MetricsAddress,
  registry: Registry<OpenMetricsContentType>,
  temporal: string,
): Promise<ServedMetrics> {
  const server = createServer((request, response) => {
    if (request.url?.split('?')[0] !== '/metrics' || !['GET', 'HEAD'].includes(request.method ?? '')) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('metrics are at /metrics\n');
      return;
    }
    collect(registry, temporal)
      .then((text) => response.writeHead(200, { 'content-type': Registry.OPENMETRICS_CONTENT_TYPE }).end(text))
      .catch((error: Error) => response.writeHead(500, { 'content-type': 'text/plain' }).end(`${error.message}\n`));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new UserError({
          message: `--metrics ${host}:${port}: cannot listen there (${error.code ?? error.message})`,
          field: '--metrics',
          hint: 'Give an address of this machine and a port that nothing else uses.',
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const listening = (server.address() as AddressInfo).port;
  return {
    address: `${host.includes(':') ? `[${host}]` : host}:${listening}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function collect(registry: Registry<OpenMetricsContentType>, temporal: string): Promise<string> {
  const [own, ofTemporal] = await Promise.all([registry.metrics(), temporalMetrics(temporal)]);
  const end = '# EOF\n';
  return `${own.slice(0, own.lastIndexOf(end))}${ofTemporal}${end}`;
}
