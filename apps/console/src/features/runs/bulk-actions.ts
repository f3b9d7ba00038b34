'use client';
/** What is done to many runs at once, and what it would do. */
import { send } from '#ui/fetch-json.ts';

export type BulkAction =
  | { action: 'pause' | 'resume' | 'cancel' }
  | { action: 'tag' | 'untag'; tags: string[] }
  | { action: 'seeds'; seeds: number[] };

export interface BulkOutcome {
  items: { id: string; done: boolean; said: string }[];
  done: number;
  refused: number;
  said: string;
}

/** A selected run, as far as an action needs to know it. */
export interface Selected {
  id: string;
  name: string;
  seed: number;
  experimentId: string;
}

/** Changes nothing. */
export async function foresee(asked: BulkAction, runs: readonly Selected[]): Promise<BulkOutcome> {
  if (asked.action !== 'seeds') return await send('POST', '/api/v1/dry-run', { ...asked, ids: idsOf(runs) });
  const items = onePerExperiment(runs).map(({ id, name }) => ({
    id,
    done: true,
    said: `begins ${name} with ${asked.seeds.length === 1 ? 'seed' : 'seeds'} ${asked.seeds.join(', ')}, where it has not run with them yet`,
  }));
  return { items, done: items.length, refused: 0, said: `${items.length * asked.seeds.length} runs at most` };
}

export async function carryOut(asked: BulkAction, runs: readonly Selected[]): Promise<BulkOutcome> {
  if (asked.action !== 'seeds') return await send('POST', '/api/v1/bulk', { ...asked, ids: idsOf(runs) });
  const items: BulkOutcome['items'] = [];
  for (const { id } of onePerExperiment(runs)) {
    try {
      const { said } = await send<{ said: string }>('POST', `/api/v1/runs/${id}/seeds`, { seeds: asked.seeds });
      items.push({ id, done: true, said });
    } catch (error) {
      items.push({ id, done: false, said: (error as Error).message });
    }
  }
  const done = items.filter((item) => item.done).length;
  return { items, done, refused: items.length - done, said: items.map(({ said }) => said).join(' ') };
}

/** Seeds belong to an experiment, whichever of its runs is selected. */
function onePerExperiment(runs: readonly Selected[]): Selected[] {
  return [...new Map(runs.map((run) => [run.experimentId, run])).values()];
}

const idsOf = (runs: readonly Selected[]): string[] => runs.map(({ id }) => id);

/** "2, 3 5" → [2, 3, 5]; null where something else is among them. */
export function seedsOf(text: string): number[] | null {
  const parts = text.split(/[\s,]+/).filter(Boolean);
  const seeds = [...new Set(parts.map(Number))];
  return parts.length > 0 && parts.every((part) => /^\d{1,10}$/.test(part)) ? seeds : null;
}

/** "paper, kept" → ["paper", "kept"]; null where there is none. */
export function tagsOf(text: string): string[] | null {
  const tags = [
    ...new Set(
      text
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ];
  return tags.length > 0 && tags.every((tag) => tag.length <= 60) ? tags : null;
}
