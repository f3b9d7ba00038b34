/** What people did to runs and sweeps, from the console, the API or the command line. */
import type { Database } from '../database/connect.ts';

export interface StoredAction {
  id: string;
  /** Id of the run or sweep. */
  subject: string;
  /** launch, pause, resume, … */
  name: string;
  /** Who did it. */
  actor: string;
  /** In words: what it did. */
  detail: string;
  at: Date;
}

export function actionsRepository(database: Database) {
  return {
    async record({ subject, name, actor, detail }: Omit<StoredAction, 'id' | 'at'>): Promise<void> {
      await database.action.create({ data: { subject, name, actor, detail } });
    },

    /** Newest first. */
    async list(subject: string, limit = 100): Promise<StoredAction[]> {
      return database.action.findMany({ where: { subject }, take: limit, orderBy: [{ at: 'desc' }, { id: 'desc' }] });
    },
  };
}
