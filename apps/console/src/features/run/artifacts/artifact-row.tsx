'use client';
/** One artifact: what it is, whether it is there, its files, or how to make it again. */
import { ChevronRight, Download } from 'lucide-react';
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
          aria-label={`Files of ${kind} ${hash.slice(0, 12)}`}
          disabled={state !== 'present'}
          onClick={() => setOpen(!open)}
          className="rounded p-0.5 text-ink-faint hover:text-ink disabled:invisible"
        >
          <ChevronRight aria-hidden className={join('size-4 transition-transform', open && 'rotate-90')} />
        </button>
        <span className="w-24 font-medium">{kind}</span>
        <span className="tabular w-20 text-xs text-ink-soft">{update === null ? '' : `update ${update}`}</span>
        <code className="min-w-0 flex-1 basis-40 truncate text-xs text-ink-soft" title={hash}>
          {hash}
        </code>
        <span className="tabular text-xs">{bytes(size)}</span>
        <Badge tone={state === 'present' ? 'good' : state === 'pruned' ? 'neutral' : 'bad'}>
          {state === 'pruned' ? 'deleted' : state}
        </Badge>
      </div>
      {again && <p className="break-words px-4 pb-2 pl-11 text-xs text-ink-soft">{again}</p>}
      {open && <Files hash={hash} />}
    </li>
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
