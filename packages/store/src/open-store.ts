/** Opens the database of runs and gives its repositories. */
import { connect } from './database/connect.ts';
import { databaseLocation } from './database/location.ts';
import { actionsRepository } from './repositories/actions.ts';
import { analysesRepository } from './repositories/analyses.ts';
import { attemptsRepository } from './repositories/attempts.ts';
import { checkpointsRepository } from './repositories/checkpoints.ts';
import { comparisonsRepository } from './repositories/comparisons.ts';
import { datasetsRepository } from './repositories/datasets.ts';
import { evaluationsRepository } from './repositories/evaluations.ts';
import { feedRepository } from './repositories/feed.ts';
import { latestRepository } from './repositories/latest.ts';
import { metricsRepository } from './repositories/metrics.ts';
import { notesRepository } from './repositories/notes.ts';
import { relativesRepository } from './repositories/relatives.ts';
import { rolloutsRepository } from './repositories/rollouts.ts';
import { runTableRepository } from './repositories/run-table.ts';
import { runsRepository } from './repositories/runs.ts';
import { seriesRepository } from './repositories/series.ts';
import { stepsRepository } from './repositories/steps.ts';
import { sweepsRepository } from './repositories/sweeps.ts';
import { timelineRepository } from './repositories/timeline.ts';

export type Store = Awaited<ReturnType<typeof openStore>>;

export interface OpenStoreOptions {
  /** The `.queryloop` folder of the working folder. */
  folder: string;
  /** file:…, mysql:// or mariadb://; QUERYLOOP_STORE_URL when left out, else `folder`/store.db. */
  url?: string;
}

/** Applies missing migrations first; several processes may open one store at once. Throws UserError when it cannot be used. */
export async function openStore({ folder, url = process.env['QUERYLOOP_STORE_URL'] || undefined }: OpenStoreOptions) {
  const location = databaseLocation(folder, url);
  const database = await connect(location);
  return {
    /** What messages call the store: a file, or host:port/database. */
    name: location.name,
    runs: runsRepository(database),
    relatives: relativesRepository(database),
    sweeps: sweepsRepository(database),
    attempts: attemptsRepository(database),
    steps: stepsRepository(database),
    timeline: timelineRepository(database),
    metrics: metricsRepository(database),
    evaluations: evaluationsRepository(database),
    comparisons: comparisonsRepository(database),
    rollouts: rolloutsRepository(database),
    checkpoints: checkpointsRepository(database),
    datasets: datasetsRepository(database),
    notes: notesRepository(database),
    actions: actionsRepository(database),
    analyses: analysesRepository(database),
    series: seriesRepository(database, location.engine),
    feed: feedRepository(database, location.engine),
    latest: latestRepository(database),
    runTable: runTableRepository(database, location.engine),
    close: () => database.$disconnect(),
  };
}
