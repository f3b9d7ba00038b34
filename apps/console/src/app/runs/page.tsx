/** All runs. */
import { Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { createLoader, type SearchParams } from 'nuqs/server';
import { readFirst } from '#features/runs/read-first.ts';
import { RunsView } from '#features/runs/runs-view.tsx';
import { tableParsers } from '#features/runs/table-state.ts';
import { ButtonLink } from '#ui/button.tsx';
import { PageHeader } from '#ui/page-header.tsx';

export const metadata: Metadata = { title: 'Runs' };

const load = createLoader(tableParsers);

export default async function RunsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const first = await readFirst(await load(searchParams));
  return (
    <>
      <PageHeader
        title="Runs"
        actions={
          <ButtonLink look="primary" href="/new">
            <Plus aria-hidden /> New experiment
          </ButtonLink>
        }
      />
      <RunsView first={first} />
    </>
  );
}
