/** A run that this store does not have. */
import { SearchX } from 'lucide-react';
import { ButtonLink } from '#ui/button.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { RefreshPage } from '#ui/refresh-page.tsx';
import { EmptyState } from '#ui/states.tsx';

export default function RunNotFound() {
  return (
    <>
      <PageHeader title="Run not found" trail={[{ label: 'Runs', href: '/runs' }]} />
      <EmptyState
        icon={SearchX}
        title="This run is not in the store"
        action={
          <>
            <ButtonLink href="/runs" look="primary">
              All runs
            </ButtonLink>
            <ButtonLink href="/health">Which store is this?</ButtonLink>
          </>
        }
      >
        Its id may be mistyped, or the run is in the store of another working folder or machine. One that has just been
        begun shows here as soon as a worker takes it up.
        <RefreshPage everyMs={3_000} />
      </EmptyState>
    </>
  );
}
