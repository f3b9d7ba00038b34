/** Runs steps so that a pause drops the one in progress and repeats it on resume: steps are pure, so nothing is lost but time. */
import { CancellationScope, condition, isCancellation, setHandler } from '@temporalio/workflow';
import { pauseSignal, resumeSignal } from './messages.ts';

export class Pausable {
  paused = false;
  /** True while a step is being run (or dropped). */
  busy = false;
  #scope: CancellationScope | undefined;

  constructor() {
    setHandler(pauseSignal, () => {
      this.paused = true;
      this.#scope?.cancel();
    });
    setHandler(resumeSignal, () => {
      this.paused = false;
    });
  }

  /** Resolves once the run is not paused. */
  async ready(): Promise<void> {
    await condition(() => !this.paused);
  }

  /** Awaits `step`, holding it back while the run is paused. */
  async run<T>(step: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.ready();
      this.busy = true;
      try {
        this.#scope = new CancellationScope();
        return await this.#scope.run(step);
      } catch (error) {
        const dropped = isCancellation(error) && !CancellationScope.current().consideredCancelled;
        if (!dropped) throw error;
      } finally {
        this.#scope = undefined;
        this.busy = false;
      }
    }
  }
}
