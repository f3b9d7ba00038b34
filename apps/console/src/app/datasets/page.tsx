/** All datasets. */
import type { Metadata } from 'next';
import { DatasetList } from '#features/datasets/dataset-list.tsx';
import { readDatasets } from '#features/datasets/read.ts';
import { store } from '#server/store.ts';
import { PageHeader } from '#ui/page-header.tsx';

export const metadata: Metadata = { title: 'Datasets' };

export default async function DatasetsPage() {
  const { items } = await readDatasets(await store());
  return (
    <>
      <PageHeader title="Datasets" note="Questions, answers and the databases they are about, as runs prepared them" />
      <DatasetList items={items} />
    </>
  );
}
