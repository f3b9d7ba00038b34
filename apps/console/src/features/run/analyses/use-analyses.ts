'use client';
import { toast } from 'sonner';
/** Analyses of the run of the page, newest first; read again while one is being made. */
import useSWR from 'swr';
import { send } from '#ui/fetch-json.ts';
import { useRun } from '../use-run.tsx';
import type { AnalysesPage, AnalysisOfKind, ShownAnalysis } from './analysis-types.ts';

const pollMs = 2_000;

export function useAnalyses<Kind extends ShownAnalysis['kind']>(kind: Kind) {
  const { path, reload } = useRun();
  const { data, error, mutate } = useSWR<AnalysesPage>(`${path}/analyses`, {
    refreshInterval: (latest) => (latest?.items.some(({ status }) => status === 'running') ? pollMs : 0),
  });
  const items = data?.items.filter((one): one is AnalysisOfKind<Kind> => one.kind === kind) ?? [];
  /** Rejects with ApiError when it is refused. */
  const begin = async (settings: object): Promise<void> => {
    const done = await send<{ said?: string }>('POST', `${path}/${kind}`, settings);
    toast.success(done.said ?? 'It has begun.');
    await Promise.all([mutate(), reload()]);
  };
  return { items, error, loading: data === undefined && error === undefined, begin };
}
