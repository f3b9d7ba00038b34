/** The workflow of an analysis and its steps by task queue (docs/analyses.md). As everywhere, only references and small numbers pass between them. */
import type {
  AnalysisRequest,
  AuditSettings,
  EvaluateResult,
  Perturbation,
  ReplayResult,
  RescoreSettings,
} from './analysis.ts';
import type { ArtifactRef } from './artifact.ts';
import type { Engine } from './device.ts';
import type { ExperimentConfig, GrpoConfig } from './experiment-config.ts';
import type { RepeatedUpdate } from './run-export.ts';
import type { Metrics, PolicyState, PrepareDatasetOutput, ScoreCompletionsInput, ScoredRollout } from './steps.ts';

/** What is asked for, nothing left out. */
export type AnalysisTask =
  | { kind: 'rescore'; runId: string; settings: RescoreSettings }
  | Extract<AnalysisRequest, { kind: 'audit' | 'replay' }>
  | (Extract<AnalysisRequest, { kind: 'evaluate' }> & { evaluated: EvaluatedRun });

/** What a finished run is evaluated with. */
export interface EvaluatedRun {
  /** Of the run, with the split that is asked for as its test split. */
  config: ExperimentConfig;
  base: PolicyState;
  final: PolicyState;
}

export type AnalysisInput = AnalysisTask & {
  analysisId: string;
  /** Set by continue-as-new alone. */
  continued?: AnalysisState;
};

/** What an analysis over many updates carries from one workflow execution to the next. */
export interface AnalysisState {
  plan: AnalysisPlan;
  /** Updates of the plan that are done. */
  done: number;
  /** What was found out of them, in order. */
  parts: ArtifactRef[];
  /** Of an audit. */
  perturbed: PerturbDatabaseOutput | null;
}

export interface AnalysisPlan {
  dataset: ArtifactRef;
  updates: number[];
}

/** A rollout, or one shard of it, with what its queries returned. */
export type ExecutedRollout = Required<ScoredRollout>;

/** An update as the store has it, and what its completions were scored with: so that they can be again where no executions are stored. */
export interface GatheredUpdate {
  update: number;
  /** By which the run's advantages were divided. */
  scaleRewards: GrpoConfig['scaleRewards'];
  parts: ScoredRollout[];
  scoring: Pick<ScoreCompletionsInput, 'previous' | 'reward' | 'database'>;
}

export interface ExecutedUpdate extends Pick<GatheredUpdate, 'update' | 'scaleRewards'> {
  parts: ExecutedRollout[];
}

export interface RescoreUpdatesInput extends Pick<RescoreSettings, 'reward' | 'scaleRewards'> {
  updates: ExecutedUpdate[];
}

export interface PerturbDatabaseInput {
  dataset: ArtifactRef;
  seed: number;
}

export interface PerturbDatabaseOutput {
  /** Folder with one SQLite file: the database and its changed copies. */
  copies: ArtifactRef;
  perturbation: Perturbation;
}

export interface AuditUpdatesInput extends Pick<AuditSettings, 'sample' | 'seed'> {
  dataset: ArtifactRef;
  perturbed: PerturbDatabaseOutput;
  updates: Pick<ExecutedUpdate, 'update' | 'parts'>[];
}

/** What was found out of some updates, for `finishAnalysis` to join. */
export interface AnalysisPart {
  part: ArtifactRef;
}

export interface ReplayUpdateInput extends Engine {
  repeated: RepeatedUpdate;
  dataset: PrepareDatasetOutput;
  /** As the run stored it. */
  stored: {
    scored: ScoredRollout[];
    metrics: Metrics;
    /** The policy after it, where a snapshot was written. */
    snapshot: ArtifactRef | null;
    /** First shard of the next update's rollout, where that is compared. */
    next: ArtifactRef | null;
  };
}

export type FinishAnalysisInput = { analysisId: string } & (
  | { kind: 'rescore'; parts: ArtifactRef[] }
  | { kind: 'audit'; parts: ArtifactRef[]; perturbation: Perturbation }
  | { kind: 'replay'; result: ReplayResult }
  | { kind: 'evaluate'; result: EvaluateResult }
);

export interface AnalysisRecordSteps {
  /** Makes the row and says which updates are looked at. */
  startAnalysis(
    input: { analysisId: string } & Exclude<AnalysisTask, { kind: 'replay' | 'evaluate' }>,
  ): Promise<AnalysisPlan>;
  /** The same for the replay of an update: what it is done from, and what came out. */
  startReplay(input: { analysisId: string } & Extract<AnalysisTask, { kind: 'replay' }>): Promise<ReplayUpdateInput>;
  gatherUpdates(input: { runId: string; updates: number[] }): Promise<GatheredUpdate[]>;
  finishAnalysis(input: FinishAnalysisInput): Promise<void>;
  failAnalysis(input: { analysisId: string; error: string }): Promise<void>;
}

export interface AnalysisCpuSteps {
  rescoreUpdates(input: RescoreUpdatesInput): Promise<AnalysisPart>;
  perturbDatabase(input: PerturbDatabaseInput): Promise<PerturbDatabaseOutput>;
}

export interface AnalysisSqlSteps {
  auditUpdates(input: AuditUpdatesInput): Promise<AnalysisPart>;
}

export interface AnalysisPolicySteps {
  replayUpdate(input: ReplayUpdateInput): Promise<ReplayResult>;
}
