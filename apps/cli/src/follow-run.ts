/** Shows a run while it goes on: phases with bars, a line for each update, and in the end its result. */

import { type RunPhase, type RunProgress, type RunResult, UserError } from '@queryloop/contracts';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Interrupted, RunFailed } from './exit-code.ts';
import { duration, percent, progressBar, type Screen } from './screen.ts';
import { stepProgress } from './step-progress.ts';

const pollIntervalMs = 500;
/** Temporal may be away for this long before the command gives up on it. */
const patienceMs = 60_000;

const phaseNames: Record<RunPhase, string> = {
  prepare: 'prepare data',
  warmStart: 'warm start',
  baseline: 'evaluate the base policy',
  train: 'train',
  evaluate: 'evaluate',
  done: 'done',
};

/**
 * Follows a run to its end. `signal` aborts: the run is paused and Interrupted thrown.
 * @throws UserError or RunFailed with the cause when the run failed.
 */
export async function followRun(handle: WorkflowHandle, screen: Screen, signal: AbortSignal): Promise<RunResult> {
  const view = new RunView(screen);
  let settled = false;
  const outcome = handle.result().finally(() => {
    settled = true;
  }) as Promise<RunResult>;
  outcome.catch(() => undefined);
  let lastAnswerMs = Date.now();
  while (!settled) {
    if (signal.aborted) {
      await pause(handle);
      throw new Interrupted(handle.workflowId);
    }
    try {
      view.show(await handle.query<RunProgress>('progress'), await stepProgress(handle));
      lastAnswerMs = Date.now();
    } catch (error) {
      // No worker to ask for a moment (it is being started again), or the run has just begun or ended.
      if (Date.now() - lastAnswerMs > patienceMs) throw error;
    }
    await Promise.race([outcome.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, pollIntervalMs))]);
  }
  try {
    const result = await outcome;
    view.showRest(result);
    return result;
  } catch (error) {
    throw causeOf(error);
  }
}

/** Asks the run to hold and gives the step in progress a few seconds to be dropped. */
async function pause(handle: WorkflowHandle): Promise<void> {
  const deadlineMs = Date.now() + 8_000;
  try {
    await handle.signal('pause');
    while (Date.now() < deadlineMs && !(await handle.query<RunProgress>('progress')).paused) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } catch {
    // The run ended meanwhile, or nobody answers: nothing to hold.
  }
}

function causeOf(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  let cause: Error | undefined = error.cause;
  while (cause?.cause instanceof Error) cause = cause.cause;
  if (cause instanceof ApplicationFailure && cause.type === 'UserError') {
    const { field, hint } = (cause.details?.[0] ?? {}) as { field?: string; hint?: string };
    return new UserError({ message: cause.message, ...(field && { field }), ...(hint && { hint }) });
  }
  return new RunFailed(cause?.message ?? error.message);
}

class RunView {
  readonly #screen: Screen;
  #phase: RunPhase | undefined;
  #phaseStartMs = Date.now();
  #update = 0;
  #evaluations = 0;
  #attempt = 1;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  show(run: RunProgress, step: Awaited<ReturnType<typeof stepProgress>>): void {
    this.#showUpdates(run);
    this.#showPhase(run.phase);
    if (step === undefined) return;
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

  /** Updates and evaluations after the last poll. */
  showRest({ dev, updates }: RunResult): void {
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
      const tokens = metrics['tokens_per_second'];
      const speed = tokens === undefined ? '' : `  ${Math.round(tokens).toLocaleString('en')} tokens/s`;
      const reward = metrics['reward']?.toFixed(3) ?? '–';
      const right = percent(metrics['rewards/accuracy/mean'] ?? 0).padStart(7);
      const failed = percent((metrics['execution/error'] ?? 0) + (metrics['execution/timeout'] ?? 0)).padStart(7);
      const onDev = dev.at(-1) === undefined ? '' : `  dev ${percent(dev.at(-1)?.accuracy ?? 0)}`;
      this.#screen.line(
        `  update ${String(update).padStart(4)}/${updates}  reward ${reward.padStart(6)}  right ${right}  failed ${failed}${onDev}${speed}`,
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
