'use client';
/** The platform at a glance, looked at again every few seconds. */
import { CircleAlert, CircleCheck, CircleX, Server } from 'lucide-react';
import useSWR from 'swr';
import { Badge, type Tone } from '#ui/badge.tsx';
import { duration } from '#ui/format.ts';
import { PageHeader } from '#ui/page-header.tsx';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState } from '#ui/states.tsx';
import type { Health, HealthCheck, QueueHealth } from './schemas.ts';

const refreshMs = 5_000;

export function HealthPage({ first }: { first: Health }) {
  const { data = first, error } = useSWR<Health>('/api/v1/health', { fallbackData: first, refreshInterval: refreshMs });
  const worst = data.checks.some(({ state }) => state === 'failed')
    ? ['bad', 'needs attention']
    : data.checks.some(({ state }) => state === 'warning')
      ? ['warn', 'has a warning']
      : ['good', 'all well'];
  return (
    <>
      <PageHeader
        title="Health"
        badges={<Badge tone={worst[0] as Tone}>{worst[1]}</Badge>}
        note={`Looked at again every ${refreshMs / 1000} seconds.`}
      />
      <div className="flex flex-col gap-4">
        {error && <ErrorState title="The last look failed" error={error} />}
        <div className="grid gap-4 lg:grid-cols-[3fr_2fr]">
          <Panel title="Parts">
            <ul className="flex flex-col divide-y divide-line">
              {data.checks.map((check) => (
                <CheckRow key={check.name} check={check} />
              ))}
            </ul>
          </Panel>
          <Panel title="Versions and runs">
            <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
              {Object.entries(data.versions).map(([name, version]) => (
                <Pair key={name} name={name} value={version} />
              ))}
              {Object.entries(data.runs).map(([status, count]) => (
                <Pair key={status} name={`Runs ${status}`} value={String(count)} />
              ))}
            </dl>
          </Panel>
        </div>
        <Panel title="Workers and queues" note="A worker of several queues stands in each." flush>
          <Queues queues={data.queues} />
        </Panel>
      </div>
    </>
  );
}

const looks = {
  ok: { icon: CircleCheck, color: 'text-good', word: 'ok' },
  warning: { icon: CircleAlert, color: 'text-warn', word: 'warning' },
  failed: { icon: CircleX, color: 'text-bad', word: 'failed' },
} as const;

function CheckRow({ check: { name, state, detail, hint } }: { check: HealthCheck }) {
  const { icon: Icon, color, word } = looks[state];
  return (
    <li className="flex gap-3 py-2.5">
      <Icon aria-label={word} role="img" className={`mt-0.5 size-4 shrink-0 ${color}`} />
      <span className="w-24 shrink-0 font-medium">{name}</span>
      <span className="min-w-0 break-words text-ink-soft">
        {detail}
        {hint && <span className="block text-xs text-ink-faint">{hint}</span>}
      </span>
    </li>
  );
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-ink-soft">{name}</dt>
      <dd className="tabular font-mono text-xs leading-5">{value}</dd>
    </>
  );
}

function Queues({ queues }: { queues: QueueHealth[] | null }) {
  if (queues === null) {
    return (
      <EmptyState icon={Server} title="Temporal does not answer">
        Who works is not known; runs that are stored can be looked at all the same.
      </EmptyState>
    );
  }
  return (
    <table className="w-full min-w-xl text-sm">
      <thead className="text-left text-xs text-ink-faint">
        <tr className="border-b border-line [&>th]:px-4 [&>th]:py-2 [&>th]:font-medium">
          <th scope="col">Queue</th>
          <th scope="col">Steps waiting</th>
          <th scope="col">Worker</th>
          <th scope="col">Code</th>
          <th scope="col">Last seen</th>
        </tr>
      </thead>
      {queues.map(({ name, waiting, waitingSeconds, workers }) => (
        <tbody key={name} className="border-b border-line last:border-0">
          {(workers.length > 0 ? workers : [null]).map((worker, i) => (
            <tr key={worker?.name ?? 'none'} className="[&>td]:px-4 [&>td]:py-2 [&>th]:px-4 [&>th]:py-2">
              <th scope="row" className="text-left font-medium">
                {i === 0 && name}
              </th>
              <td className="tabular">
                {i === 0 && (waiting === 0 ? 'none' : `${waiting}, for ${duration(waitingSeconds)}`)}
              </td>
              <td className="font-mono text-xs">{worker?.name ?? <Badge tone="bad">nobody</Badge>}</td>
              <td className="font-mono text-xs">{worker?.code ?? '–'}</td>
              <td className="tabular">{worker ? `${duration(worker.seenSecondsAgo)} ago` : '–'}</td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}
