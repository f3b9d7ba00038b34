'use client';
/** What stands around every tab of a run: its name and state, what can be done, where it is now, and the tabs. */
import { Check, Copy } from 'lucide-react';
import Link from 'next/link';
import { type ReactNode, useState } from 'react';
import { Badge, StatusBadge } from '#ui/badge.tsx';
import { dateTime } from '#ui/format.ts';
import { PageHeader } from '#ui/page-header.tsx';
import { TabLinks } from '#ui/tab-links.tsx';
import { RunActions } from './actions/run-actions.tsx';
import { RunPosition } from './run-position.tsx';
import type { RunDetail } from './schemas.ts';
import { RunProvider, useRun } from './use-run.tsx';

const tabs = [
  ['Overview', ''],
  ['Charts', '/charts'],
  ['Rollouts', '/rollouts'],
  ['Evaluations', '/evaluations'],
  ['Timeline', '/timeline'],
  ['Analyses', '/analyses'],
  ['Config', '/config'],
  ['Artifacts', '/artifacts'],
  ['Logs', '/logs'],
] as const;

export function RunFrame({ initial, children }: { initial: RunDetail; children: ReactNode }) {
  return (
    <RunProvider initial={initial}>
      <RunHeader />
      <RunPosition />
      <RunTabs id={initial.id} />
      {children}
    </RunProvider>
  );
}

function RunTabs({ id }: { id: string }) {
  const page = `/runs/${encodeURIComponent(id)}`;
  return <TabLinks label="Parts of the run" tabs={tabs.map(([label, path]) => ({ label, href: `${page}${path}` }))} />;
}

function RunHeader() {
  const { run } = useRun();
  const sweep = run.sweep && { label: `Sweep ${run.sweep.name}`, href: `/sweeps/${encodeURIComponent(run.sweep.id)}` };
  return (
    <PageHeader
      trail={[{ label: 'Runs', href: '/runs' }, ...(sweep ? [sweep] : [])]}
      title={
        <>
          {run.name} <span className="font-normal text-ink-faint">seed {run.seed}</span>
        </>
      }
      badges={
        <>
          <StatusBadge status={run.status} />
          {run.tags.map((tag) => (
            <Link key={tag} href={`/runs?q=${encodeURIComponent(`tag:"${tag}"`)}`} className="hover:underline">
              <Badge>{tag}</Badge>
            </Link>
          ))}
        </>
      }
      note={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
          <RunIdentity id={run.id} />
          <span className="tabular">begun {dateTime(run.createdAt)} UTC</span>
          {run.finishedAt && <span className="tabular">ended {dateTime(run.finishedAt)} UTC</span>}
          {run.parent && (
            <span>
              branch of{' '}
              <Link className="text-accent hover:underline" href={`/runs/${encodeURIComponent(run.parent.runId)}`}>
                {run.parent.runId}
              </Link>{' '}
              at update {run.parent.update}
            </span>
          )}
        </span>
      }
      actions={<RunActions />}
    />
  );
}

function RunIdentity({ id }: { id: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(id);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <span className="inline-flex min-w-0 items-center gap-1">
      <code className="min-w-0 break-all text-xs">{id}</code>
      <button
        type="button"
        aria-label="Copy the id"
        onClick={() => void copy()}
        className="rounded p-1 text-ink-faint hover:text-ink"
      >
        {copied ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
      </button>
    </span>
  );
}
