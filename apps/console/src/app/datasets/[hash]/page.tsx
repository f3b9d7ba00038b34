/** One dataset. */
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ApiProblem } from '#api/errors.ts';
import { DatasetView } from '#features/datasets/dataset-view.tsx';
import { readDataset } from '#features/datasets/read.ts';
import { artifacts, store } from '#server/store.ts';
import { PageHeader } from '#ui/page-header.tsx';
import { ErrorState } from '#ui/states.tsx';

interface Params {
  params: Promise<{ hash: string }>;
}

async function known(params: Params['params']) {
  const { hash } = await params;
  const opened = await store();
  const dataset = /^[0-9a-f]{64}$/.test(hash) ? await opened.datasets.get(hash) : null;
  if (dataset === null) notFound();
  return { store: opened, hash, label: dataset.label };
}

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  return { title: (await known(params)).label };
}

export default async function DatasetPage({ params }: Params) {
  const { store: opened, hash, label } = await known(params);
  try {
    return <DatasetView dataset={await readDataset(opened, artifacts(), hash)} />;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    // Its artifact is lost; the store still knows its name.
    return (
      <>
        <PageHeader trail={[{ label: 'Datasets', href: '/datasets' }]} title={label} />
        <ErrorState title="This dataset cannot be shown" error={error} />
      </>
    );
  }
}
