/** All sweeps. */
import type { Metadata } from 'next';
import { readSweeps } from '#features/sweeps/read.ts';
import { SweepsList } from '#features/sweeps/sweeps-list.tsx';
import { store } from '#server/store.ts';
import { PageHeader } from '#ui/page-header.tsx';

export const metadata: Metadata = { title: 'Sweeps' };

export default async function SweepsPage() {
  // What cannot be read is asked for again by the browser, which shows why not.
  const first = await store()
    .then(readSweeps)
    .catch(() => null);
  return (
    <>
      <PageHeader title="Sweeps" note="Many runs of one experiment with other settings" />
      <SweepsList first={first} />
    </>
  );
}
