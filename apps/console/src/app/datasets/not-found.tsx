/** A dataset that this store does not have. */
import { SearchX } from 'lucide-react';
import { ButtonLink } from '#ui/button.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { EmptyState } from '#ui/states.tsx';

export default function DatasetNotFound() {
  return (
    <>
      <PageHeader title="Dataset not found" trail={[{ label: 'Datasets', href: '/datasets' }]} />
      <EmptyState
        icon={SearchX}
        title="This dataset is not in the store"
        action={
          <ButtonLink href="/datasets" look="primary">
            All datasets
          </ButtonLink>
        }
      >
        A dataset is named by the SHA-256 of its content, 64 characters; a run of it puts it into the store.
      </EmptyState>
    </>
  );
}
