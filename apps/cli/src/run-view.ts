/** What the terminal shows of a run while it goes on: phases with bars, a line for each update and each evaluation. */
import type { RunPhase, RunProgress } from '@queryloop/contracts';
import type { PendingStep } from '@queryloop/control';
import { duration, percent, progressBar, type Screen } from './screen.ts';

/** Phases as people read them. */
export const phaseNames: Record<RunPhase, string> = {
  prepare: 'prepare data',
  warmStart: 'warm start',
  baseline: 'evaluate the base policy',
  train: 'train',
  evaluate: 'evaluate',
  done: 'done',
};

export class RunView {
  readonly #screen: Screen;
  readonly #runId: string;
  #phase: RunPhase | undefined;
  #phaseStartMs = Date.now();
  #update = 0;
  #evaluations = 0;
  #attempt = 1;
  #paused = false;

  constructor(screen: Screen, runId: string) {
    this.#screen = screen;
    this.#runId = runId;
  }

  show(run: RunProgress, step: PendingStep | undefined): void {
    this.#showUpdates(run);
    this.#showPhase(run.phase);
    if (run.paused !== this.#paused)
      this.#screen.line(run.paused ? `  held; it goes on with: queryloop resume ${this.#runId}` : '  goes on');
    this.#paused = run.paused;
    if (step === undefined || run.paused) return;
    if (step.attempt > this.#attempt)
      this.#screen.line(`  ${step.step}: attempt ${step.attempt}${step.failure ? ` (${step.failure})` : ''}`);
    this.#attempt = step.attempt;
    const { progress } = step;
    const elapsed = duration((Date.now() - this.#phaseStartMs) / 1000);
    if (run.phase === 'train') {
      this.#screen.live(
        `  ${progressBar(run.update, run.updates)}  update ${run.update + 1}/${run.updates}: ${progress?.phase ?? step.step}  ${elapsed}`,
      );
    } else if (progress) {
      this.#screen.live(
        `  ${progressBar(progress.done, progress.total)}  ${progress.phase}  ${progress.detail ?? ''}  ${elapsed}`,
      );
    }
  }

  /** Nobody answers for the run at the moment: no worker, or no Temporal. */
  waiting(what: string): void {
    this.#screen.live(`  waiting for ${what} …`);
  }

  /** Updates and evaluations after the last poll. */
  showRest({ dev, updates }: Pick<RunProgress, 'dev' | 'updates'>): void {
    this.#showUpdates({ dev, updates, recent: [] });
  }

  #showPhase(phase: RunPhase): void {
    if (phase === this.#phase) return;
    // Dev evaluations interrupt training; only the phases a run goes through once are announced.
    const announced = phase !== 'done' && !(this.#update > 0 && (phase === 'train' || phase === 'evaluate'));
    if (announced) {
      if (this.#phase !== undefined)
        this.#screen.line(`  done in ${duration((Date.now() - this.#phaseStartMs) / 1000)}`);
      this.#screen.line(`${phaseNames[phase]} …`);
      this.#phaseStartMs = Date.now();
    }
    this.#phase = phase;
  }

  #showUpdates({
    recent,
    dev,
    updates,
    base,
  }: Pick<RunProgress, 'recent' | 'dev' | 'updates'> & Partial<Pick<RunProgress, 'base'>>): void {
    if (base && this.#evaluations === 0) {
      this.#screen.line(
        `  base: dev ${percent(base.dev.accuracy)}, test ${percent(base.test.accuracy)}, failed queries ${percent(base.test.errorRate)}`,
      );
    }
    const evaluated = dev.slice(this.#evaluations);
    this.#evaluations = dev.length;
    for (const { update, metrics } of recent) {
      if (update <= this.#update) continue;
      this.#update = update;
      const reward = metrics['reward']?.toFixed(3) ?? '–';
      const right = percent(metrics['rewards/accuracy/mean'] ?? 0).padStart(7);
      const failed = percent((metrics['execution/error'] ?? 0) + (metrics['execution/timeout'] ?? 0)).padStart(7);
      const tokens = Math.round(metrics['num_tokens'] ?? 0).toLocaleString('en');
      const onDev = dev.at(-1) === undefined ? '' : `  dev ${percent(dev.at(-1)?.accuracy ?? 0)}`;
      this.#screen.line(
        `  update ${String(update).padStart(4)}/${updates}  reward ${reward.padStart(6)}  right ${right}  failed ${failed}${onDev}  ${tokens} tokens`,
      );
    }
    for (const { update, accuracy, errorRate } of evaluated) {
      if (update > 0)
        this.#screen.line(
          `  dev after update ${update}: accuracy ${percent(accuracy)}, failed queries ${percent(errorRate)}`,
        );
    }
  }
}
