/** The console's metrics, as OpenMetrics 1.0. Where people sign in, programs send a token. */
import { consoleMetrics } from '#server/metrics.ts';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const { registry } = consoleMetrics();
  return new Response(await registry.metrics(), {
    headers: { 'content-type': registry.contentType, 'cache-control': 'no-store' },
  });
}
