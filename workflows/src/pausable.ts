/** Runs steps so that a pause drops those in progress and repeats them on resume: steps are pure, so nothing is lost but time. */
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

export class Pausable {
  #paused = false;
  #inProgress = 0;
  readonly #scopes = new Set<CancellationScope>();

  /** True from the moment a pause is asked for. */
  get paused(): boolean {
    return this.#paused;
  }

  /** No step is in progress, not even one being dropped. */
  get idle(): boolean {
    return this.#inProgress === 0;
  }

  pause(): void {
    this.#paused = true;
    for (const scope of this.#scopes) scope.cancel();
  }

  resume(): void {
    this.#paused = false;
  }

  /** Resolves once the run is not paused. */
  async ready(): Promise<void> {
    await condition(() => !this.#paused);
  }

  /** Awaits `step`, dropping it and holding it back while the run is paused. */
  async run<T>(step: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.ready();
      const scope = new CancellationScope();
      this.#scopes.add(scope);
      try {
        const output = await this.finish(() => scope.run(step));
        // A step that ended just when the pause came is kept, but what follows it waits.
        await this.ready();
        return output;
      } catch (error) {
        const dropped = isCancellation(error) && !CancellationScope.current().consideredCancelled;
        if (!dropped) throw error;
      } finally {
        this.#scopes.delete(scope);
      }
    }
  }

  /** Awaits `step`, which a pause lets finish. */
  async finish<T>(step: () => Promise<T>): Promise<T> {
    this.#inProgress++;
    try {
      return await step();
    } finally {
      this.#inProgress--;
    }
  }
}
