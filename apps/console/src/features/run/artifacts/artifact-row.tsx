'use client';
/** One artifact: what it is, whether it is there, its files, or how to make it again. */
import { Check, ChevronRight, Download, Minus } from 'lucide-react';
import { useState } from 'react';
import useSWR from 'swr';
import { Badge } from '#ui/badge.tsx';
import { bytes } from '#ui/format.ts';
import { join } from '#ui/join.ts';
import { ErrorState, Skeleton } from '#ui/states.tsx';
import type { ArtifactFiles, RunArtifact } from '../artifact-schemas.ts';
import { useRun } from '../use-run.tsx';

export function ArtifactRow({ artifact }: { artifact: RunArtifact }) {
  const { kind, hash, bytes: size, update, state, again } = artifact;
  const [open, setOpen] = useState(false);
  return (
    <li>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
        <button
          type="button"
          aria-expanded={open}
          aria-label={`More of ${kind} ${hash.slice(0, 12)}`}
          onClick={() => setOpen(!open)}
          className="rounded p-0.5 text-ink-faint hover:text-ink"
        >
          <ChevronRight aria-hidden className={join('size-4 transition-transform', open && 'rotate-90')} />
        </button>
        <span className="w-24 font-medium">{kind}</span>
        <span className="tabular w-20 text-xs text-ink-soft">{update === null ? '' : `update ${update}`}</span>
        <code className="min-w-0 flex-1 basis-40 truncate text-xs text-ink-soft" title={hash}>
          {hash}
        </code>
        <span className="tabular text-xs">{bytes(size)}</span>
        <State state={state} />
      </div>
      {(open || state === 'missing') && again && (
        <p className="break-words px-4 pb-2 pl-11 text-xs text-ink-soft">{again}</p>
      )}
      {open && state === 'present' && <Files hash={hash} />}
    </li>
  );
}

/** What is there needs no colour: that is how it should be. */
function State({ state }: Pick<RunArtifact, 'state'>) {
  if (state === 'missing') return <Badge tone="bad">missing</Badge>;
  return (
    <span className="inline-flex w-16 items-center gap-1 text-xs text-ink-soft">
      {state === 'present' ? (
        <Check aria-hidden className="size-3.5 text-good" />
      ) : (
        <Minus aria-hidden className="size-3.5" />
      )}
      {state === 'present' ? 'present' : 'deleted'}
    </span>
  );
}

function Files({ hash }: { hash: string }) {
  const { path } = useRun();
  const { data, error } = useSWR<ArtifactFiles>(`${path}/artifacts/${hash}/files`);
  if (error)
    return (
      <div className="px-4 pb-3">
        <ErrorState title="Its files cannot be read" error={error} />
      </div>
    );
  if (!data) return <Skeleton className="mx-4 mb-3 h-8" />;
  return (
    <ul className="flex flex-col gap-1 pb-3 pl-11">
      {data.items.map((file) => (
        <li key={file.path} className="flex items-center gap-2 text-xs">
          <a
            download
            href={`${path}/artifacts/${hash}/file?path=${encodeURIComponent(file.path)}`}
            className="inline-flex min-w-0 items-center gap-1.5 text-accent hover:underline"
          >
            <Download aria-hidden className="size-3.5 shrink-0" />
            <code className="truncate">{file.path}</code>
          </a>
          <span className="tabular text-ink-faint">{bytes(file.bytes)}</span>
        </li>
      ))}
    </ul>
  );
}
