/** What a sweep knows about its runs, and which it begins next. Pure: the workflow tells it what happened and what time it is. */
import type {
  RunOutcome,
  StartSweepOutput,
  SweepDecision,
  SweepInput,
  SweepProgress,
  SweepRun,
  Trial,
} from '@queryloop/contracts';
import { bestFirst, promotable, rungsOf } from './asha.ts';

/** Everything a sweep carries from one workflow execution to the next. */
export interface SweepState extends StartSweepOutput {
  decisions: SweepDecision[];
  /** Runs that failed since the sweep was started or resumed: not tried again by itself. */
  givenUp: string[];
  startedAtMs: number;
}

/** A run to begin, or to go on with, through `until`; without it to its end. */
export interface PlannedRun {
  run: SweepRun;
  config: Trial['config'];
  until: number | undefined;
  /** The store knows it already. */
  known: boolean;
}

interface PlannedTrial {
  trial: Trial;
  runs: SweepRun[];
  /** Updates at which it stops to be compared. After them, level `rungs.length`, it runs to its end. */
  rungs: number[];
  /** Where its runs are told to go; null before any is begun. */
  level: number | null;
}

export class SweepPlan {
  readonly #settings: SweepInput['settings'];
  readonly #trials: PlannedTrial[];
  readonly #state: SweepState;
  readonly #inProgress = new Set<string>();

  /** `known`: what the store holds (a sweep that begins or is resumed), or what the execution before this one knew. */
  constructor({ sweepId, settings, trials }: SweepInput, known: SweepState) {
    this.#settings = settings;
    const runs = new Map(known.runs.map((run) => [run.runId, run]));
    this.#trials = trials.map((trial) => {
      const rungs = settings.method === 'asha' ? rungsOf(settings.asha, trial.config.grpo.updates) : [];
      const ofTrial = settings.seeds.map((seed) => {
        const runId = `${sweepId}-${trial.id}-s${seed}`;
        return runs.get(runId) ?? newRun(runId, trial.id, seed);
      });
      return { trial, runs: ofTrial, rungs, level: levelOf(ofTrial, rungs, promotionsOf(known.decisions, trial.id)) };
    });
    const rungs = new Set(this.#trials.flatMap((trial) => trial.rungs));
    this.#state = { ...known, runs: this.#runs, dev: known.dev.filter(({ update }) => rungs.has(update)) };
    this.#score();
  }

  get state(): SweepState {
    return this.#state;
  }

  progress(nowMs: number): SweepProgress {
    const spent = {
      updates: sum(this.#runs.map(({ update }) => update)),
      tokens: sum(this.#runs.map(({ tokens }) => tokens)),
      hours: (nowMs - this.#state.startedAtMs) / 3_600_000,
    };
    const { budget } = this.#settings;
    const exhausted = (['updates', 'tokens', 'hours'] as const).find(
      (part) => spent[part] >= (budget[part] ?? Number.POSITIVE_INFINITY),
    );
    return { runs: this.#runs, decisions: this.#state.decisions, spent, exhausted: exhausted ?? null };
  }

  /** The trial with the highest dev accuracy averaged over its finished seeds. */
  get best(): { trial: string; dev: number } | null {
    const scored = this.#trials.flatMap(({ trial, runs }) => {
      const devs = runs.flatMap(({ status, dev }) => (status === 'finished' && dev !== null ? [dev] : []));
      return devs.length === 0 ? [] : [{ trial: trial.id, dev: sum(devs) / devs.length }];
    });
    return bestFirst(scored)[0] ?? null;
  }

  /** The run to begin now, which then counts as in progress; null when there is none (yet). */
  next(nowMs: number): PlannedRun | null {
    if (this.progress(nowMs).exhausted !== null) return null;
    const planned = this.#waiting() ?? (this.#openTrial() ? this.#waiting() : null);
    if (planned === null) return null;
    this.#inProgress.add(planned.run.runId);
    planned.run.status = 'running';
    planned.run.error = null;
    return planned;
  }

  /** Runs in progress are held, or go on. */
  setHeld(held: boolean): void {
    for (const run of this.#runs) if (this.#inProgress.has(run.runId)) run.status = held ? 'paused' : 'running';
  }

  ended(run: SweepRun, outcome: RunOutcome): void {
    this.#inProgress.delete(run.runId);
    if (outcome.status === 'stopped') {
      const { update, tokens, dev } = outcome;
      Object.assign(run, { status: 'stopped', update, tokens, dev: dev.accuracy });
      this.#learn(run, [{ update, accuracy: dev.accuracy }]);
    } else {
      const { updates, tokens, dev, bestUpdate, final } = outcome.result;
      const best = dev.findLast(({ update }) => update === bestUpdate)?.accuracy ?? null;
      Object.assign(run, { status: 'finished', update: updates, tokens, dev: best, test: final.accuracy });
      this.#learn(run, dev);
    }
  }

  failed(
    run: SweepRun,
    status: 'failed' | 'cancelled',
    error: string,
    reached: { update: number; tokens: number },
  ): void {
    this.#inProgress.delete(run.runId);
    this.#state.givenUp.push(run.runId);
    const { update, tokens } = run;
    Object.assign(run, { status, error });
    Object.assign(run, { update: Math.max(update, reached.update), tokens: Math.max(tokens, reached.tokens) });
  }

  get #runs(): SweepRun[] {
    return this.#trials.flatMap(({ runs }) => runs);
  }

  #learn({ runId }: SweepRun, dev: { update: number; accuracy: number }[]): void {
    const rungs = new Set(this.#trials.flatMap((trial) => trial.rungs));
    for (const { update, accuracy } of dev) {
      if (rungs.has(update) && this.#devOf(runId, update) === undefined)
        this.#state.dev.push({ runId, update, accuracy });
    }
    this.#score();
  }

  #devOf(runId: string, update: number): number | undefined {
    return this.#state.dev.find((point) => point.runId === runId && point.update === update)?.accuracy;
  }

  /** The first run of an opened trial that is not where it was told to go; those furthest on come first. */
  #waiting(): PlannedRun | null {
    const opened = this.#trials.filter(({ level }) => level !== null);
    opened.sort((a, b) => (b.level as number) - (a.level as number));
    for (const { trial, runs, rungs, level } of opened) {
      const until = rungs[level as number];
      const run = runs.find(
        (run) => !this.#inProgress.has(run.runId) && !this.#state.givenUp.includes(run.runId) && !isThere(run, until),
      );
      if (run !== undefined)
        return { run, until, known: run.status !== null, config: { ...trial.config, seed: run.seed } };
    }
    return null;
  }

  /** Sends a trial to its next level, or opens a new one. False when there is none. */
  #openTrial(): boolean {
    const promoted = this.#promotion();
    if (promoted !== null) {
      promoted.promoted = true;
      const trial = this.#trials.find(({ trial }) => trial.id === promoted.trial);
      if (trial !== undefined) trial.level = trial.rungs.indexOf(promoted.rung) + 1;
      return true;
    }
    const unopened = this.#trials.find(({ level }) => level === null);
    if (unopened === undefined) return false;
    unopened.level = 0;
    return true;
  }

  #promotion(): SweepDecision | null {
    const { decisions } = this.#state;
    const { reduction } = this.#settings.asha;
    const rungs = [...new Set(decisions.map(({ rung }) => rung))].sort((a, b) => b - a);
    for (const rung of rungs) {
      const decision = promotable(
        decisions.filter((decision) => decision.rung === rung),
        reduction,
      );
      if (decision !== null) return decision;
    }
    return this.#lastPromotion(rungs);
  }

  /**
   * With few trials the top rung never has enough of them for a promotion. When all has been decided, its best goes on, so
   * that a sweep ends with a finished trial.
   */
  #lastPromotion([top]: number[]): SweepDecision | null {
    const isOver = this.#inProgress.size === 0 && this.#trials.every(({ level }) => level !== null);
    const isFinishing = this.#trials.some(({ level, rungs }) => level === rungs.length);
    if (!isOver || isFinishing) return null;
    return bestFirst(this.#state.decisions.filter(({ rung, promoted }) => rung === top && !promoted))[0] ?? null;
  }

  /** Scores the trials whose seeds have all come to a rung. */
  #score(): void {
    for (const { trial, runs, rungs, level } of this.#trials) {
      for (const [index, rung] of rungs.entries()) {
        if (this.#state.decisions.some((decision) => decision.trial === trial.id && decision.rung === rung)) continue;
        const devs = runs.flatMap(({ runId }) => this.#devOf(runId, rung) ?? []);
        const isComplete = runs.every((run) => this.#devOf(run.runId, rung) !== undefined || isThere(run, rung));
        if (!isComplete || devs.length === 0) continue;
        const promoted = level !== null && level > index;
        this.#state.decisions.push({ trial: trial.id, rung, dev: sum(devs) / devs.length, promoted });
      }
    }
  }
}

function newRun(runId: string, trial: string, seed: number): SweepRun {
  return { runId, trial, seed, status: null, update: 0, tokens: 0, dev: null, test: null, error: null };
}

/** Whether a run has come to a rung, or, without one, to its end. */
function isThere({ status, update }: SweepRun, rung: number | undefined): boolean {
  return status === 'finished' || (rung !== undefined && status === 'stopped' && update >= rung);
}

/** How often a trial was promoted already. */
function promotionsOf(decisions: readonly SweepDecision[], trial: string): number {
  return decisions.filter((decision) => decision.trial === trial && decision.promoted).length;
}

/** The level that a trial's furthest run was on its way to. */
function levelOf(runs: readonly SweepRun[], rungs: readonly number[], promotions: number): number | null {
  const levels = runs.flatMap(({ status, update }) => {
    if (status === null) return [];
    const ahead = status === 'finished' ? -1 : rungs.findIndex((rung) => rung >= update);
    return [ahead === -1 ? rungs.length : ahead];
  });
  return levels.length === 0 && promotions === 0 ? null : Math.max(promotions, ...levels);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
