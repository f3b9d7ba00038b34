/** `queryloop console`: the console alone, for services that run elsewhere (docs/cluster.md). */
import { foldersOf } from '@queryloop/contracts/folders';
import { addressOfServices } from '../platform.ts';
import { openScreen } from '../screen.ts';
import { type ConsoleOptions, serveConsole } from '../serve-console.ts';

export async function serve(options: ConsoleOptions, signal: AbortSignal): Promise<void> {
  const screen = openScreen({ json: false });
  const address = addressOfServices();
  const platform = { folders: foldersOf(), announce: () => undefined, ...(address && { address }) };
  const server = await serveConsole(platform, options, screen, signal);
  try {
    screen.line(`Console at ${server.url}`);
    if (address === undefined)
      screen.line('Nobody runs services in this folder: what is stored can be read. TEMPORAL_ADDRESS names others.');
    const interrupted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([interrupted, server.failed]);
  } finally {
    await server.stop();
  }
}
