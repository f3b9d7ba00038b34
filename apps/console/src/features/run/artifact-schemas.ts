/** What the API tells of a run's artifacts, its config and its logs. */
import { z } from 'zod';

const count = () => z.number().int().nonnegative();

/** Stages of the lineage, in their order. */
export const ArtifactStage = z.enum(['dataset', 'base', 'rollouts', 'checkpoints', 'evaluations', 'result']);
export type ArtifactStage = z.infer<typeof ArtifactStage>;

export const RunArtifact = z.object({
  kind: z.string(),
  hash: z.string(),
  bytes: count(),
  stage: ArtifactStage,
  update: count().nullable(),
  /** `pruned`: deleted, as newer ones are kept. `missing`: it should be there and is not. */
  state: z.enum(['present', 'pruned', 'missing']),
  /** How to make it again, in words; null while it is there. */
  again: z.string().nullable(),
});
export type RunArtifact = z.infer<typeof RunArtifact>;

export const ArtifactsQuery = z.object({
  stage: ArtifactStage.optional(),
  offset: z.coerce.number().int().nonnegative().max(1e9).default(0),
  limit: z.coerce.number().int().positive().max(500).default(50),
});
export type ArtifactsQuery = z.infer<typeof ArtifactsQuery>;

export const ArtifactsPage = z.object({
  items: z.array(RunArtifact),
  total: count(),
  /** Every stage with how many artifacts it has and their bytes, in the order one was made from the other. */
  lineage: z.array(z.object({ stage: ArtifactStage, artifacts: count(), bytes: count(), pruned: count() })),
});
export type ArtifactsPage = z.infer<typeof ArtifactsPage>;

export const ArtifactFiles = z.object({
  items: z.array(z.object({ path: z.string(), bytes: count() })),
  total: count(),
});
export type ArtifactFiles = z.infer<typeof ArtifactFiles>;

export const ConfigDifference = z.object({ field: z.string(), from: z.unknown(), to: z.unknown() });
export type ConfigDifference = z.infer<typeof ConfigDifference>;

export const ConfigQuery = z.object({
  /** A run to compare with; the defaults when left out. */
  against: z.string().max(200).optional(),
});

/** Passwords in addresses of databases are hidden. */
export const RunConfig = z.object({
  yaml: z.string(),
  config: z.record(z.string(), z.unknown()),
  against: z.object({ id: z.string().nullable(), label: z.string() }),
  /** From what it is compared with, to this run. */
  differences: z.array(ConfigDifference),
});
export type RunConfig = z.infer<typeof RunConfig>;

export const LogLevel = z.enum(['debug', 'info', 'warn', 'error']);
export type LogLevel = z.infer<typeof LogLevel>;

export const LogsQuery = z.object({
  /** `run`: lines that name the run. `all`: everything the workers of this machine wrote. */
  scope: z.enum(['run', 'all']).default('run'),
  /** Lines of this level and worse. */
  level: LogLevel.default('info'),
  /** Where the last answer ended; the newest lines when left out. */
  cursor: z.string().max(2000).optional(),
  limit: z.coerce.number().int().positive().max(2000).default(500),
});
export type LogsQuery = z.infer<typeof LogsQuery>;

export const LogLine = z.object({
  /** Where it stands: file and byte, so that it has the same name every time. */
  id: z.string(),
  file: z.string(),
  at: z.string().nullable(),
  level: LogLevel,
  text: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

export const LogsPage = z.object({
  items: z.array(LogLine),
  total: count(),
  cursor: z.string(),
  /** Older lines are in the files and not here. */
  older: z.boolean(),
  folder: z.string(),
  /** Machines that worked on the run whose logs are not here. */
  elsewhere: z.array(z.string()),
});
export type LogsPage = z.infer<typeof LogsPage>;
