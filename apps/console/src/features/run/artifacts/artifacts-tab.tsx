'use client';
/** Artifacts of a run along their lineage, and whether each is still there. */
import { parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { Fragment } from 'react';
import useSWR from 'swr';
import { bytes } from '#ui/format.ts';
import { join } from '#ui/join.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState } from '#ui/states.tsx';
import type { ArtifactStage, ArtifactsPage } from '../artifact-schemas.ts';
import { Pages } from '../pages.tsx';
import { useRun } from '../use-run.tsx';
import { ArtifactRow } from './artifact-row.tsx';

const pageSize = 50;
const stages: Record<ArtifactStage, { label: string; note: string }> = {
  dataset: { label: 'Dataset', note: 'questions, linked' },
  base: { label: 'Base policy', note: 'before GRPO' },
  rollouts: { label: 'Rollouts', note: 'completions, rewards' },
  checkpoints: { label: 'Checkpoints', note: 'snapshots' },
  evaluations: { label: 'Evaluations', note: 'predictions' },
  result: { label: 'Result', note: 'best on dev' },
};

const state = {
  stage: parseAsStringLiteral(Object.keys(stages) as ArtifactStage[]),
  page: parseAsInteger.withDefault(1),
};

export function ArtifactsTab({ initial }: { initial: ArtifactsPage }) {
  const { path, run } = useRun();
  const [{ stage, page }, set] = useQueryStates(state);
  const filter = stage === null ? '' : `&stage=${stage}`;
  const { data = initial, error } = useSWR<ArtifactsPage>(
    `${path}/artifacts?offset=${(Math.max(1, page) - 1) * pageSize}&limit=${pageSize}${filter}`,
    {
      ...(stage === null && page === 1 && { fallbackData: initial }),
      refreshInterval: run.finishedAt === null ? 15_000 : 0,
    },
  );
  return (
    <div className="flex flex-col gap-4">
      <Panel title="Lineage" note="Each stage was made from those before it. Choose one to see its artifacts.">
        <ol className="flex flex-wrap items-stretch gap-1.5">
          {data.lineage.map(({ stage: name, artifacts, bytes: size, pruned }, i) => (
            <Fragment key={name}>
              {i > 0 && (
                <li aria-hidden className="self-center text-ink-faint">
                  →
                </li>
              )}
              <li className="min-w-28 flex-1">
                <button
                  type="button"
                  aria-pressed={stage === name}
                  onClick={() => void set({ stage: stage === name ? null : name, page: null })}
                  className={join(
                    'h-full w-full rounded-md border px-3 py-2 text-left hover:bg-sunken',
                    stage === name ? 'border-accent bg-accent-soft' : 'border-line',
                    artifacts === 0 && 'border-dashed',
                  )}
                >
                  <span className="block font-medium">{stages[name].label}</span>
                  <span className="tabular block text-xs text-ink-soft">
                    {artifacts === 0 ? 'none yet' : `${artifacts} · ${bytes(size)}`}
                  </span>
                  <span className="block text-xs text-ink-faint">
                    {pruned > 0 ? `${pruned} deleted` : stages[name].note}
                  </span>
                </button>
              </li>
            </Fragment>
          ))}
        </ol>
      </Panel>
      {error && <ErrorState error={error} />}
      <Panel
        title={stage === null ? 'Artifacts' : stages[stage].label}
        note={`${data.total}, named by the SHA-256 of their content`}
        flush
      >
        {data.items.length === 0 ? (
          <EmptyState title="None yet" />
        ) : (
          <ul className="divide-y divide-line border-t border-line">
            {data.items.map((artifact) => (
              <ArtifactRow
                key={`${artifact.stage} ${artifact.kind} ${artifact.update} ${artifact.hash}`}
                artifact={artifact}
              />
            ))}
          </ul>
        )}
        <Pages total={data.total} pageSize={pageSize} page={page} onPage={(next) => void set({ page: next })} />
      </Panel>
    </div>
  );
}
