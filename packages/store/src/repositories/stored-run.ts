/** A run as it comes out of the store, and the configs it has had. */
import {
  type ConfigChange,
  ExperimentConfig,
  type RunPlace,
  RunResult,
  RunStatus,
  revertChanges,
} from '@queryloop/contracts';

/** A setting that was changed when the run went on from `update`; what came after was made with the new value. */
export interface StoredChange extends ConfigChange {
  update: number;
  at: Date;
}

export interface StoredRun {
  id: string;
  name: string;
  seed: number;
  status: RunStatus;
  /** As it is now; `configAt` gives what an earlier update was made with. */
  config: ExperimentConfig;
  /** In the order they were made. */
  changes: StoredChange[];
  sweepId: string | null;
  /** The last update shared with the run that this one is a branch of. */
  parent: Required<RunPlace> | null;
  datasetHash: string | null;
  result: RunResult | null;
  error: string | null;
  tags: string[];
  createdAt: Date;
  /** When it ended; null while it runs, is paused or stopped. */
  finishedAt: Date | null;
}

/** Row of a run with what belongs to it, as the client gives it. */
interface RunRow {
  id: string;
  seed: number;
  status: string;
  sweepId: string | null;
  parentId: string | null;
  parentUpdate: number | null;
  datasetHash: string | null;
  result: string | null;
  error: string | null;
  createdAt: Date;
  finishedAt: Date | null;
  experiment: { name: string; config: string };
  tags: { name: string }[];
  changes: { update: number; field: string; from: string; to: string; at: Date }[];
}

export function storedRun({ experiment, parentId, parentUpdate, tags, changes, ...row }: RunRow): StoredRun {
  return {
    id: row.id,
    name: experiment.name,
    seed: row.seed,
    status: RunStatus.parse(row.status),
    config: ExperimentConfig.parse({ ...JSON.parse(experiment.config), seed: row.seed }),
    changes: changes.map(({ update, field, from, to, at }) => ({
      update,
      field,
      from: JSON.parse(from) as unknown,
      to: JSON.parse(to) as unknown,
      at,
    })),
    sweepId: row.sweepId,
    parent: parentId === null ? null : { runId: parentId, update: parentUpdate ?? 0 },
    datasetHash: row.datasetHash,
    result: row.result === null ? null : RunResult.parse(JSON.parse(row.result)),
    error: row.error,
    tags: tags.map(({ name }) => name),
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
  };
}

/** The config that an update was made with. */
export function configAt({ config, changes }: Pick<StoredRun, 'config' | 'changes'>, update: number): ExperimentConfig {
  const later = changes.filter((change) => change.update >= update);
  return later.length === 0 ? config : revertChanges(config, later);
}
