/** The page of a run in the console: its address, while a console is there. */
import { lockHolder } from './lock.ts';
import type { Platform } from './platform.ts';
import type { Screen } from './screen.ts';
import { serveConsole } from './serve-console.ts';

export class RunPage {
  readonly #platform: Platform;
  readonly #path: string;
  readonly #screen: Screen;

  constructor(platform: Platform, runId: string, screen: Screen) {
    this.#platform = platform;
    this.#path = `/runs/${encodeURIComponent(runId)}`;
    this.#screen = screen;
  }

  /** Prints the link when somebody serves the console here. */
  show(): void {
    const url = this.#url();
    if (url !== undefined) this.#screen.line(`  watch it: ${url}${this.#path}`);
  }

  /** Serves the console in the background unless it is there; gives what stops it. The run does not depend on it. */
  serve(): () => Promise<void> {
    if (this.#url() !== undefined) return async () => undefined;
    const stop = new AbortController();
    const served = this.#serveUntil(stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) this.#screen.line(`  no console: ${error instanceof Error ? error.message : error}`);
    });
    return async () => {
      stop.abort();
      await served;
    };
  }

  sayHowToOpen(): void {
    this.#screen.line(`look at it: npm start, then http://localhost:3000${this.#path}`);
  }

  #url(): string | undefined {
    return lockHolder(this.#platform.folders.home)?.console;
  }

  async #serveUntil(signal: AbortSignal): Promise<void> {
    const server = await serveConsole(this.#platform, {}, this.#screen, signal);
    this.show();
    const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    if (!signal.aborted) await Promise.race([ended, server.failed]).finally(() => server.stop());
    else await server.stop();
  }
}
