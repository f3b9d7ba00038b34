/** One sweep. */
import { describeSweep } from '@queryloop/control';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { createLoader, type SearchParams } from 'nuqs/server';
import { ApiProblem, problemOf } from '#api/errors.ts';
import { readFirst } from '#features/runs/read-first.ts';
import { both, tableParsers } from '#features/runs/table-state.ts';
import { readSweep } from '#features/sweeps/read.ts';
import { columnsOfSweep, runsOfSweep } from '#features/sweeps/sweep-runs.ts';
import { SweepView } from '#features/sweeps/sweep-view.tsx';
import { store } from '#server/store.ts';
import { temporalClient } from '#server/temporal.ts';
import { ErrorState } from '#ui/states.tsx';

interface SweepPageProps {
  params: Promise<{ id: string }>;
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: Pick<SweepPageProps, 'params'>): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id) };
}

export default async function SweepPage({ params, searchParams }: SweepPageProps) {
  const id = decodeURIComponent((await params).id);
  const ask = async (sweepId: string) => await describeSweep({ client: await temporalClient() }, sweepId);
  const sweep = await store()
    .then((opened) => readSweep(opened, id, ask))
    .catch((error: unknown) => problemOf(error));
  if (!(sweep instanceof ApiProblem)) {
    const columns = tableParsers.columns.withDefault(columnsOfSweep(sweep));
    const state = await createLoader({ ...tableParsers, columns })(searchParams);
    const firstRuns = await readFirst({ ...state, q: both(runsOfSweep(sweep), state.q) });
    return <SweepView first={sweep} firstRuns={firstRuns} />;
  }
  if (sweep.status === 404) notFound();
  return <ErrorState title="The sweep cannot be read" error={{ message: sweep.message, hint: sweep.hint }} />;
}
