'use client';
/** Rollouts of a run: what came of queries, which groups taught nothing, and the updates one by one. */
import { Dices } from 'lucide-react';
import { useRouter } from 'next/navigation';
import useSWR from 'swr';
import { useRun } from '#features/run/use-run.tsx';
import { StackedArea } from '#ui/chart/stacked-area.tsx';
import { Panel } from '#ui/panel.tsx';
import { EmptyState } from '#ui/states.tsx';
import { GroupMap } from './group-map.tsx';
import { outcomeWords } from './outcome-words.ts';
import type { OutcomeStream, RolloutsPage } from './schemas.ts';
import { UpdateList } from './update-list.tsx';

const pollMs = 10_000;

export function RolloutsView({ stream: initial, total: known }: { stream: OutcomeStream; total: number }) {
  const { path, run } = useRun();
  const router = useRouter();
  const refreshInterval = run.finishedAt === null ? pollMs : 0;
  const { data: stream = initial } = useSWR<OutcomeStream>(`${path}/outcomes`, {
    fallbackData: initial,
    refreshInterval,
  });
  const { data: counted } = useSWR<RolloutsPage>(`${path}/rollouts?limit=1`, { refreshInterval });
  const total = counted?.total ?? known;
  if (total === 0)
    return (
      <EmptyState icon={Dices} title="No rollout yet">
        Completions are sampled once the base policy has been scored; they appear here update by update.
      </EmptyState>
    );
  const at = (update: number) => `/runs/${encodeURIComponent(run.id)}/rollouts/${update}`;
  return (
    <div className="flex flex-col gap-4">
      <Panel
        title="What came of the queries"
        note={
          stream.classes === 'all'
            ? 'Share of the samples’ queries with each outcome; choose one to see its completions'
            : 'Made by an earlier version, which told five outcomes apart; choose one to see the update'
        }
      >
        <StackedArea
          title="Outcomes of queries"
          xLabel="update"
          x={stream.updates}
          layers={stream.layers.map(({ outcome, label, shares }) => ({
            id: outcome,
            label,
            color: outcomeWords[outcome].color,
            values: shares,
          }))}
          share
          syncKey="rollouts"
          emptyText="No update has been recorded yet"
          onSelect={(update, outcome) =>
            router.push(`${at(update)}?view=completions${stream.classes === 'all' ? `&outcome=${outcome}` : ''}`)
          }
        />
      </Panel>
      <GroupMap total={total} />
      <UpdateList total={total} />
    </div>
  );
}
