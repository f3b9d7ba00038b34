/** The services that a table needs, started when the first of its work needs them: a table that is done needs none. */
import { belongsTo } from '@queryloop/control';
import { holdOtherRuns } from '../hold-other-runs.ts';
import { openPlatform, type Platform } from '../platform.ts';
import type { Screen } from '../screen.ts';

export class TableServices {
  readonly #screen: Screen;
  readonly #worker: boolean;
  #platform: Promise<Platform> | undefined;

  constructor(screen: Screen, { worker }: { worker: boolean }) {
    this.#screen = screen;
    this.#worker = worker;
  }

  /** `sweepId`: what is asked of them first, and goes on when it was left over from a killed command; all else is held. */
  get(sweepId?: string): Promise<Platform> {
    const platform = this.#platform ?? this.#open(sweepId);
    this.#platform = platform;
    return platform;
  }

  async stop(): Promise<void> {
    const platform = await this.#platform?.catch(() => undefined);
    await platform?.stop();
  }

  #open(sweepId: string | undefined): Promise<Platform> {
    const screen = this.#screen;
    screen.line(this.#worker ? 'starting Temporal and a worker …' : 'connecting to Temporal …');
    return openPlatform({
      command: 'run',
      attach: 'any',
      worker: this.#worker,
      notice: (text) => screen.line(`  ${text}`),
      beforeWork: (client) => holdOtherRuns(client, sweepId === undefined ? () => false : belongsTo(sweepId)),
    });
  }
}
