/** Everything about one run: header, where it is now, and its tabs. */
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { ApiProblem } from '#api/errors.ts';
import { readRun } from '#features/run/read.ts';
import { RunFrame } from '#features/run/run-frame.tsx';
import type { RunDetail } from '#features/run/schemas.ts';
import { store } from '#server/store.ts';

interface Params {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const id = decodeURIComponent((await params).id);
  const run = await (await store()).runs.get(id).catch(() => null);
  return { title: run === null ? id : `${run.name}, seed ${run.seed}` };
}

export default async function RunLayout({ params, children }: Params & { children: ReactNode }) {
  const run = await load(decodeURIComponent((await params).id));
  if (run === null) notFound();
  return <RunFrame initial={run}>{children}</RunFrame>;
}

/** What it does now is asked by the page itself: that may take seconds. */
async function load(id: string): Promise<RunDetail | null> {
  try {
    return await readRun(await store(), id, null);
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}
