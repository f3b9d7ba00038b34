/** The runs with what stands in their own rows; experiments are read once, as they never change. */
import { ExperimentConfig, hidePassword, RunStatus } from '@queryloop/contracts';
import type { Database } from '../database/connect.ts';
import { leavesOf } from './columns.ts';
import { grouped } from './groups.ts';

/** Settings of an experiment by dotted path, defaults of this version included; the seed is the run's. */
export type Settings = ReadonlyMap<string, string | number | boolean>;

export interface RunFacts {
  id: string;
  name: string;
  seed: number;
  status: RunStatus;
  experimentId: string;
  settings: Settings;
  sweep: { id: string; name: string } | null;
  /** The last update shared with the run that this one is a branch of. */
  parent: { runId: string; update: number } | null;
  error: string | null;
  tags: string[];
  createdAt: Date;
  finishedAt: Date | null;
}

/** Gives a reader of all runs, newest first. */
export function runFactsReader(database: Database): () => Promise<RunFacts[]> {
  const known = new Map<string, { name: string; settings: Settings }>();

  const learn = async (ids: readonly string[]): Promise<void> => {
    const missing = [...new Set(ids)].filter((id) => !known.has(id));
    for (let from = 0; from < missing.length; from += 500) {
      const rows = await database.experiment.findMany({ where: { id: { in: missing.slice(from, from + 500) } } });
      for (const { id, name, config } of rows) known.set(id, { name, settings: settingsOf(config) });
    }
  };

  return async () => {
    const [rows, tags, sweeps] = [
      await database.run.findMany({
        select: {
          id: true,
          seed: true,
          status: true,
          experimentId: true,
          sweepId: true,
          parentId: true,
          parentUpdate: true,
          error: true,
          createdAt: true,
          finishedAt: true,
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      }),
      await database.tag.findMany({ orderBy: { name: 'asc' } }),
      await database.sweep.findMany({ select: { id: true, name: true } }),
    ];
    await learn(rows.map(({ experimentId }) => experimentId));
    const sweepNames = new Map(sweeps.map(({ id, name }) => [id, name]));
    const tagsOf = grouped(tags, ({ runId }) => runId);
    return rows.map(({ sweepId, parentId, parentUpdate, ...row }): RunFacts => {
      const { name, settings } = known.get(row.experimentId) as { name: string; settings: Settings };
      return {
        ...row,
        name,
        settings,
        status: RunStatus.parse(row.status),
        error: row.error === null ? null : hidePassword(row.error),
        sweep: sweepId === null ? null : { id: sweepId, name: sweepNames.get(sweepId) ?? sweepId },
        parent: parentId === null ? null : { runId: parentId, update: parentUpdate ?? 0 },
        tags: (tagsOf.get(row.id) ?? []).map((tag) => tag.name),
      };
    });
  };
}

/** A config that this version does not understand shows what it has. */
function settingsOf(text: string): Settings {
  const stored: unknown = JSON.parse(text);
  const { data = stored } = ExperimentConfig.safeParse(stored);
  const leaves = leavesOf(data).filter(([path]) => path !== 'seed' && path !== 'name');
  return new Map(leaves.map(([path, value]) => [path, typeof value === 'string' ? hidePassword(value) : value]));
}
