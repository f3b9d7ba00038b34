/** One sweep. */
import { describeSweep } from '@queryloop/control';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ApiProblem, problemOf } from '#api/errors.ts';
import { readSweep } from '#features/sweeps/read.ts';
import { SweepView } from '#features/sweeps/sweep-view.tsx';
import { store } from '#server/store.ts';
import { temporalClient } from '#server/temporal.ts';
import { ErrorState } from '#ui/states.tsx';

interface SweepPageProps {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: SweepPageProps): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id) };
}

export default async function SweepPage({ params }: SweepPageProps) {
  const id = decodeURIComponent((await params).id);
  const ask = async (sweepId: string) => await describeSweep({ client: await temporalClient() }, sweepId);
  const sweep = await store()
    .then((opened) => readSweep(opened, id, ask))
    .catch((error: unknown) => problemOf(error));
  if (!(sweep instanceof ApiProblem)) return <SweepView first={sweep} />;
  if (sweep.status === 404) notFound();
  return <ErrorState title="The sweep cannot be read" error={{ message: sweep.message, hint: sweep.hint }} />;
}
