/** What the console counts about itself, for OpenMetrics at /metrics. */
import { RunStatus } from '@queryloop/contracts';
import { Counter, collectDefaultMetrics, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';
import { once } from './once.ts';
import { store } from './store.ts';

export interface ConsoleMetrics {
  registry: Registry<OpenMetricsContentType>;
  /** By method, route (its pattern) and status. */
  requests: Counter<'method' | 'route' | 'status'>;
  seconds: Histogram<'method' | 'route'>;
  liveClients: Gauge;
}

/** Of this process. */
export function consoleMetrics(): ConsoleMetrics {
  return once('metrics', makeMetrics);
}

function makeMetrics(): ConsoleMetrics {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'queryloop_runs',
    help: 'Runs in the store by status; nothing while the store is away.',
    labelNames: ['status'],
    registers,
    async collect() {
      this.reset();
      const counts = await store()
        .then(({ runs }) => runs.countByStatus())
        .catch(() => null);
      if (counts !== null) for (const status of RunStatus.options) this.set({ status }, counts[status] ?? 0);
    },
  });
  return {
    registry,
    requests: new Counter({
      name: 'queryloop_api_requests',
      help: 'Requests to /api/v1 that were answered.',
      labelNames: ['method', 'route', 'status'],
      registers,
    }),
    seconds: new Histogram({
      name: 'queryloop_api_request_seconds',
      help: 'Seconds until requests to /api/v1 were answered; of the live stream, until it began.',
      labelNames: ['method', 'route'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10],
      registers,
    }),
    liveClients: new Gauge({
      name: 'queryloop_live_clients',
      help: 'Pages and programs that follow runs at this moment.',
      registers,
    }),
  };
}

/** Passes on what a live client is told, and counts the client for as long. */
export async function* countLiveClient<Message>(messages: AsyncIterable<Message>): AsyncGenerator<Message> {
  const { liveClients } = consoleMetrics();
  liveClients.inc();
  try {
    yield* messages;
  } finally {
    liveClients.dec();
  }
}
