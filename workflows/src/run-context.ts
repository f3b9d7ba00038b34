/** What the phases of one run share: its config, the way it runs steps, and the progress it tells. */

import type {
  ExperimentConfig,
  PhaseSeconds,
  RunPhase,
  RunProgress,
  Scores,
  TrainingState,
} from '@queryloop/contracts';
import { condition, setHandler } from '@temporalio/workflow';
import { pauseSignal, pauseUpdate, progressQuery, resumeSignal, resumeUpdate } from './messages.ts';
import { Pausable } from './pausable.ts';
import { Recovery } from './recovery.ts';
import { StatusReport } from './status-report.ts';

export interface RunContext {
  readonly runId: string;
  readonly config: ExperimentConfig;
  readonly steps: Pausable;
  readonly status: StatusReport;
  /** Runs a step that computes: dropped and repeated by a pause. Lost inputs are made again. */
  compute<T>(step: () => Promise<T>): Promise<T>;
  /** Runs a step that records: a pause lets it finish. */
  record<T>(step: () => Promise<T>): Promise<T>;
  /** Shown by the progress query; phases keep it up to date. */
  phase: RunPhase;
  /** Set once the baseline is known. */
  state: TrainingState | null;
  /** The last evaluation on dev of this execution. */
  lastDev: { update: number; scores: Scores } | null;
  /** All that is left is to write down how the run ended. */
  concluding: boolean;
}

/** Makes the context of a run and answers its messages from it. */
export function openRunContext(runId: string, config: ExperimentConfig): RunContext {
  const steps = new Pausable();
  const recovery = new Recovery();
  const context: RunContext = {
    runId,
    config,
    steps,
    status: new StatusReport(runId),
    compute: (step) => steps.run(() => recovery.run(step)),
    record: (step) => steps.finish(() => recovery.run(step)),
    phase: 'prepare',
    state: null,
    lastDev: null,
    concluding: false,
  };
  answerMessages(context);
  return context;
}

function answerMessages(context: RunContext): void {
  const { runId, steps, status } = context;
  const isHeld = (): boolean => steps.paused && steps.idle && status.isSettled;
  const progress = (): RunProgress => ({
    phase: context.phase,
    paused: isHeld(),
    update: context.state?.policy.update ?? 0,
    updates: context.config.grpo.updates,
    recent: context.state?.recent ?? [],
    dev: context.state?.dev ?? [],
    base: context.state === null ? null : { dev: context.state.base.dev, test: context.state.base.test },
  });
  const pause = (): void => {
    steps.pause();
    status.set('paused');
  };
  const resume = (): void => {
    steps.resume();
    status.set('running');
  };

  setHandler(progressQuery, progress);
  setHandler(pauseSignal, pause);
  setHandler(resumeSignal, resume);
  setHandler(
    pauseUpdate,
    async () => {
      pause();
      // A resume that comes before the step in progress is dropped ends the wait too.
      await condition(() => isHeld() || !steps.paused);
      return progress();
    },
    {
      validator: () => {
        if (steps.paused) throw new Error(`run ${runId} is paused already; go on with: queryloop resume ${runId}`);
        if (context.concluding)
          throw new Error(`run ${runId} is writing down its result and cannot be paused any more`);
      },
    },
  );
  setHandler(
    resumeUpdate,
    async () => {
      resume();
      await condition(() => status.isSettled || steps.paused);
      return progress();
    },
    {
      validator: () => {
        if (!steps.paused) throw new Error(`run ${runId} is not paused`);
      },
    },
  );
}

/** Awaits `work` and adds the time it took to a phase. */
export async function timed<T>(seconds: PhaseSeconds, phase: keyof PhaseSeconds, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  try {
    return await work();
  } finally {
    seconds[phase] += (Date.now() - start) / 1000;
  }
}
