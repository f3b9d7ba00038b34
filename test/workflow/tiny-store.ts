/** Rows in memory with the meaning of the real store's, so that tiny runs can go on from what they recorded. */
import type {
  ArtifactRef,
  ExperimentConfig,
  PolicyState,
  RecordEvaluationInput,
  RecordMetricsInput,
  RestoreRunOutput,
  RunPlace,
  RunResult,
  RunStatus,
  StartRunInput,
  StartSweepOutput,
  SweepInput,
  TrainingState,
} from '@queryloop/contracts';
import { ref } from './tiny-artifacts.ts';

export interface TinyRun {
  config: ExperimentConfig;
  sweepId: string | undefined;
  status: RunStatus;
  /** Every status it had, in order. */
  statuses: RunStatus[];
  error: string | null;
  result: RunResult | null;
  updates: Map<number, RecordMetricsInput>;
  evaluations: Map<string, RecordEvaluationInput>;
  /** Config of the updates recorded from now on, by update. */
  configOf: Map<number, ExperimentConfig>;
}

export class TinyStore {
  readonly runs = new Map<string, TinyRun>();

  run(runId: string): TinyRun {
    const run = this.runs.get(runId);
    if (run === undefined) throw new Error(`no run ${runId}`);
    return run;
  }

  startRun({ runId, config, from, sweepId }: StartRunInput): void {
    let run = this.runs.get(runId);
    if (run === undefined) {
      run = {
        ...{ config, sweepId, status: 'running', statuses: [], error: null, result: null },
        ...{ updates: new Map(), evaluations: new Map(), configOf: new Map() },
      };
      this.runs.set(runId, run);
      if (from !== undefined && from.runId !== runId) this.#copyPrefix(from, run);
    }
    run.config = config;
    this.setStatus(runId, 'running');
  }

  #copyPrefix(from: RunPlace, run: TinyRun): void {
    const source = this.run(from.runId);
    const last = from.update ?? Number.POSITIVE_INFINITY;
    for (const [update, row] of source.updates) if (update <= last) run.updates.set(update, row);
    for (const [key, row] of source.evaluations) if (row.update <= last) run.evaluations.set(key, row);
    for (const [update, config] of source.configOf) if (update <= last) run.configOf.set(update, config);
  }

  setStatus(runId: string, status: RunStatus, { error = null, result = null }: Partial<TinyRun> = {}): void {
    const run = this.run(runId);
    Object.assign(run, { status, error, result });
    run.statuses.push(status);
  }

  recordMetrics(input: RecordMetricsInput): void {
    const run = this.run(input.runId);
    const known = run.updates.get(input.update);
    if (known !== undefined && input.scored.length === 0 && input.update > 0) {
      run.updates.set(input.update, { ...known, checkpoint: input.checkpoint });
      return;
    }
    run.updates.set(input.update, input);
    run.configOf.set(input.update, run.config);
  }

  recordEvaluation(input: RecordEvaluationInput): void {
    this.run(input.runId).evaluations.set(`${input.update} ${input.split}`, input);
  }

  /** As the real one: from the rows alone. */
  restore({ runId, update }: RunPlace): RestoreRunOutput {
    const run = this.run(runId);
    const base = { dev: run.evaluations.get('0 dev'), test: run.evaluations.get('0 test') };
    if (base.dev === undefined || base.test === undefined) return null;
    const last = update ?? Math.max(...run.updates.keys());
    const rows = [...run.updates.values()].filter((row) => row.update <= last).sort((a, b) => a.update - b.update);
    const dev = [...run.evaluations.values()].filter((row) => row.split === 'dev' && row.update <= last);
    const trained = dev.filter((row) => row.update > 0);
    const best = trained.reduce<RecordEvaluationInput | null>(
      (found, row) => (found === null || row.scores.accuracy >= found.scores.accuracy ? row : found),
      null,
    );
    const config = run.configOf.get(last) ?? run.config;
    const state: TrainingState = {
      startedAtMs: 0,
      seconds: { prepare: 0, warmStart: 0, baseline: 0, train: 0, evaluate: 0, total: 0 },
      prepared: { dataset: ref('dataset', 0), label: 'tiny', questions: { dev: 100, test: 100 } },
      base: {
        policy: policyAt(rows, 0),
        dev: base.dev.scores,
        test: base.test.scores,
        predictions: base.test.predictions,
      },
      policy: policyAt(rows, last),
      previous: last === 0 ? [] : (rows.at(-1)?.scored ?? []),
      tokens: rows.reduce((sum, { metrics }) => sum + (metrics['num_tokens'] ?? 0), 0),
      best: best === null ? null : { policy: policyAt(rows, best.update), dev: best.scores },
      dev: dev.map(({ update, scores }) => ({ update, accuracy: scores.accuracy, errorRate: scores.errorRate })),
      recent: [],
    };
    return { state, grpo: config.grpo, rollout: config.rollout };
  }

  /** The runs of a sweep that are known already. */
  sweepRuns({ sweepId, trials, settings }: SweepInput): StartSweepOutput {
    const places = trials.flatMap(({ id }) =>
      settings.seeds.map((seed) => ({ trial: id, seed, runId: `${sweepId}-${id}-s${seed}` })),
    );
    const known = places.flatMap((place) => {
      const run = this.runs.get(place.runId);
      return run === undefined ? [] : [{ ...place, run }];
    });
    const devOf = ({ evaluations }: TinyRun) =>
      [...evaluations.values()].filter(({ split, update }) => split === 'dev' && update > 0);
    return {
      runs: known.map(({ run, ...place }) => {
        const metrics = [...run.updates.values()].map((row) => row.metrics['num_tokens'] ?? 0);
        return {
          ...place,
          status: run.status,
          update: Math.max(0, ...run.updates.keys()),
          tokens: metrics.reduce((sum, tokens) => sum + tokens, 0),
          dev: devOf(run).at(-1)?.scores.accuracy ?? null,
          test: run.result?.final.accuracy ?? null,
          error: run.error,
        };
      }),
      dev: known.flatMap(({ runId, run }) =>
        devOf(run).map(({ update, scores }) => ({ runId, update, accuracy: scores.accuracy })),
      ),
    };
  }
}

function policyAt(rows: RecordMetricsInput[], update: number): PolicyState {
  const until = rows.filter((row) => row.update <= update);
  const base = until[0]?.checkpoint as ArtifactRef;
  const snapshotAt = until.findLastIndex(({ checkpoint }) => checkpoint !== null);
  return {
    base,
    snapshot: until[snapshotAt]?.checkpoint as ArtifactRef,
    update,
    replay: until.slice(snapshotAt + 1).map(({ scored, gradients }) => ({
      scored: scored.length === 1 ? scored : [],
      gradients: scored.length === 1 ? [] : gradients,
    })),
  };
}
