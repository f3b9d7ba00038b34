/** Tells the store whether a run is held, beside the run and in order: when it changes quickly, the last status is what stays. */
import { CancellationScope, condition } from '@temporalio/workflow';
import { recordSteps } from './step-proxies.ts';

type Held = 'running' | 'paused';

export class StatusReport {
  readonly #runId: string;
  #wanted: Held = 'running';
  #told: Held = 'running';
  #telling = false;
  #open = false;

  constructor(runId: string) {
    this.#runId = runId;
  }

  /** True when the store knows the present status, or could not be told. */
  get isSettled(): boolean {
    return !this.#open || (!this.#telling && this.#told === this.#wanted);
  }

  /** The run has its row (as running): from here on its status can be told. */
  open(): void {
    this.#open = true;
    this.#begin();
  }

  set(status: Held): void {
    this.#wanted = status;
    this.#begin();
  }

  /** Resolves when nothing is being told any more: whatever status is recorded then stays. */
  async settled(): Promise<void> {
    await condition(() => this.isSettled);
  }

  #begin(): void {
    if (this.isSettled || this.#telling) return;
    this.#telling = true;
    void CancellationScope.nonCancellable(() => this.#tell());
  }

  async #tell(): Promise<void> {
    while (this.#told !== this.#wanted) {
      const status = this.#wanted;
      // A store that cannot be told does not stop the run: its next record will.
      await recordSteps.setRunStatus({ runId: this.#runId, status }).catch(() => undefined);
      this.#told = status;
    }
    this.#telling = false;
  }
}
