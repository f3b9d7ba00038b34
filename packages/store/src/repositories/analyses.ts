/** Analyses: what was asked of stored runs, and the answers. */
import {
  type Analysis,
  AnalysisKind,
  AnalysisStatus,
  AuditResult,
  AuditSettings,
  EvaluateResult,
  EvaluateSettings,
  ReplayResult,
  ReplaySettings,
  RescoreResult,
  RescoreSettings,
} from '@queryloop/contracts';
import { canonicalJson } from '../artifacts/canonical-json.ts';
import type { Database } from '../database/connect.ts';

export type AnalysisToCreate = Pick<Analysis, 'id' | 'runId' | 'kind' | 'settings'>;

/** Settings and result of each kind, as they are read back. */
const schemas = {
  rescore: { settings: RescoreSettings, result: RescoreResult },
  audit: { settings: AuditSettings, result: AuditResult },
  replay: { settings: ReplaySettings, result: ReplayResult },
  evaluate: { settings: EvaluateSettings, result: EvaluateResult },
};

export function analysesRepository(database: Database) {
  /** Ends an analysis; one that has ended stays as it ended. */
  const end = async (id: string, data: { status: AnalysisStatus; result?: string; error?: string }): Promise<void> => {
    await database.analysis.updateMany({ where: { id, finishedAt: null }, data: { ...data, finishedAt: new Date() } });
  };

  return {
    /** Notes that an analysis begins; said again (a retried step), it changes nothing. */
    async create({ id, runId, kind, settings }: AnalysisToCreate): Promise<void> {
      const create = { id, runId, kind, settings: canonicalJson(settings) };
      await database.analysis.upsert({ where: { id }, create, update: { id } });
    },

    async finish(id: string, result: NonNullable<Analysis['result']>): Promise<void> {
      await end(id, { status: 'finished', result: canonicalJson(result) });
    },

    /** @param error why, in words */
    async fail(id: string, error: string): Promise<void> {
      await end(id, { status: 'failed', error });
    },

    /** Ids of those that have no end yet. */
    async unfinished(): Promise<string[]> {
      const rows = await database.analysis.findMany({ where: { finishedAt: null }, select: { id: true } });
      return rows.map(({ id }) => id);
    },

    async get(id: string): Promise<Analysis | null> {
      const row = await database.analysis.findUnique({ where: { id } });
      return row === null ? null : analysis(row);
    },

    /** Newest first; of all kinds when `kind` is left out. */
    async list(runId: string, kind?: AnalysisKind): Promise<Analysis[]> {
      const rows = await database.analysis.findMany({
        where: { runId, ...(kind && { kind }) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      });
      return rows.map(analysis);
    },
  };
}

interface AnalysisRow {
  id: string;
  runId: string;
  kind: string;
  settings: string;
  status: string;
  result: string | null;
  error: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

function analysis({ kind: name, settings, status, result, ...row }: AnalysisRow): Analysis {
  const kind = AnalysisKind.parse(name);
  const schema = schemas[kind];
  return {
    ...row,
    kind,
    settings: schema.settings.parse(JSON.parse(settings)),
    status: AnalysisStatus.parse(status),
    result: result === null ? null : schema.result.parse(JSON.parse(result)),
    // What belongs together by its kind was read by the schemas of that kind.
  } as Analysis;
}
