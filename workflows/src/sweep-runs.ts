/** The runs of a sweep that are in progress: begun as child workflows, held and released together. */
import type { ExperimentInput, RunOutcome, SweepInput, SweepProgress } from '@queryloop/contracts';
import {
  ApplicationFailure,
  ChildWorkflowFailure,
  type ChildWorkflowHandle,
  condition,
  isCancellation,
  ParentClosePolicy,
  setHandler,
  sleep,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { describeFailure } from './describe-failure.ts';
import type { experiment } from './experiment.ts';
import { pauseSignal, pauseSweepUpdate, resumeSignal, resumeSweepUpdate, sweepProgressQuery } from './messages.ts';
import type { PlannedRun, SweepPlan } from './sweep-plan.ts';

/** An execution of the same run may still be ending, or be one that somebody resumed by itself. */
const busyTries = 30;
const busyWait = '20 seconds';

export class SweepRuns {
  readonly #input: SweepInput;
  readonly #plan: () => SweepPlan;
  readonly #inProgress = new Set<Promise<void>>();
  readonly #handles = new Map<string, ChildWorkflowHandle<typeof experiment>>();
  #held = false;
  #working = true;
  /** Counts what happened: a run ended, the sweep was held or released. */
  #changes = 0;

  constructor(input: SweepInput, plan: () => SweepPlan) {
    this.#input = input;
    this.#plan = plan;
    this.#answerMessages();
  }

  /** True from the moment a pause is asked for. */
  get held(): boolean {
    return this.#held;
  }

  /** Begins runs as the plan says, until it has none left or `isFull`, and all have ended. */
  async work(isFull: () => boolean): Promise<void> {
    for (;;) {
      const seen = this.#changes;
      while (!this.#held && !isFull() && this.#inProgress.size < this.#input.settings.parallel) {
        const planned = this.#plan().next(Date.now());
        if (planned === null) break;
        this.#begin(planned);
      }
      if (!this.#held && this.#inProgress.size === 0) break;
      await condition(() => this.#changes !== seen);
    }
    this.#working = false;
  }

  /** Resolves when no run is in progress. */
  async ended(): Promise<void> {
    this.#working = false;
    await Promise.all(this.#inProgress);
  }

  #begin(planned: PlannedRun): void {
    const running = this.#run(planned).finally(() => {
      this.#handles.delete(planned.run.runId);
      this.#inProgress.delete(running);
      this.#changes++;
    });
    this.#inProgress.add(running);
  }

  /** Never throws: what became of the run is told to the plan. */
  async #run(planned: PlannedRun): Promise<void> {
    const { run } = planned;
    try {
      const handle = await this.#start(planned);
      this.#handles.set(run.runId, handle);
      // One that has ended meanwhile needs no telling, and has not failed for it.
      if (this.#held) await handle.signal(pauseSignal).catch(() => undefined);
      this.#plan().ended(run, (await handle.result()) as RunOutcome);
    } catch (error) {
      const cause = error instanceof ChildWorkflowFailure ? error.cause : undefined;
      const [reached] = (cause instanceof ApplicationFailure ? (cause.details ?? []) : []) as {
        update?: number;
        tokens?: number;
      }[];
      const why = cause instanceof ApplicationFailure ? cause.message : describeFailure(run.runId, error);
      const [status, message] = isCancellation(error)
        ? (['cancelled', 'cancelled'] as const)
        : (['failed', why] as const);
      this.#plan().failed(run, status, message, { update: reached?.update ?? 0, tokens: reached?.tokens ?? 0 });
    }
  }

  async #start({ run, config, until, known }: PlannedRun): Promise<ChildWorkflowHandle<typeof experiment>> {
    const { runId } = run;
    const { sweepId, settings } = this.#input;
    const input: ExperimentInput = { runId, config, until, sweepId, ...(known && { from: { runId } }) };
    for (let tries = 1; ; tries++) {
      try {
        return await startChild<typeof experiment>('experiment', {
          workflowId: runId,
          taskQueue: 'cpu',
          args: [input],
          parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
          priority: { priorityKey: settings.priority },
        });
      } catch (error) {
        const isBusy = error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError';
        if (!isBusy || tries === busyTries) throw error;
        await sleep(busyWait);
      }
    }
  }

  #answerMessages(): void {
    const { sweepId } = this.#input;
    const progress = (): SweepProgress => this.#plan().progress(Date.now());
    const hold = (): Promise<void> => this.#setHeld(true);
    const release = (): Promise<void> => this.#setHeld(false);
    setHandler(sweepProgressQuery, progress);
    setHandler(pauseSignal, hold);
    setHandler(resumeSignal, release);
    setHandler(pauseSweepUpdate, async () => hold().then(progress), {
      validator: () => {
        if (this.#held) throw new Error(`sweep ${sweepId} is paused already; go on with: queryloop resume ${sweepId}`);
        if (!this.#working) throw new Error(`sweep ${sweepId} has ended and cannot be paused any more`);
      },
    });
    setHandler(resumeSweepUpdate, async () => release().then(progress), {
      validator: () => {
        if (!this.#held) throw new Error(`sweep ${sweepId} is not paused`);
      },
    });
  }

  /** Holds or releases the runs in progress; none is begun while they are held. Resolves when all have been told. */
  async #setHeld(held: boolean): Promise<void> {
    this.#held = held;
    this.#changes++;
    this.#plan().setHeld(held);
    const signal = held ? pauseSignal : resumeSignal;
    // A run that ends at this moment needs no telling.
    await Promise.all([...this.#handles.values()].map((handle) => handle.signal(signal).catch(() => undefined)));
  }
}
