/** Notes and tags that people put on runs. */
import type { Database } from '../database/connect.ts';

export function notesRepository(database: Database) {
  return {
    async add(runId: string, text: string): Promise<string> {
      return (await database.note.create({ data: { runId, text } })).id;
    },
    async remove(id: string): Promise<void> {
      await database.note.deleteMany({ where: { id } });
    },
    async list(runId: string): Promise<{ id: string; text: string; createdAt: Date }[]> {
      return database.note.findMany({
        where: { runId },
        select: { id: true, text: true, createdAt: true },
        orderBy: { createdAt: 'asc' },
      });
    },
    async tag(runId: string, name: string): Promise<void> {
      await database.tag.upsert({ where: { runId_name: { runId, name } }, create: { runId, name }, update: { name } });
    },
    async untag(runId: string, name: string): Promise<void> {
      await database.tag.deleteMany({ where: { runId, name } });
    },
  };
}
