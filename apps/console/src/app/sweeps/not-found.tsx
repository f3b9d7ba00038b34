/** A sweep that this store does not have. */
import { SearchX } from 'lucide-react';
import { ButtonLink } from '#ui/button.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { EmptyState } from '#ui/states.tsx';

export default function SweepNotFound() {
  return (
    <>
      <PageHeader title="Sweep not found" trail={[{ label: 'Sweeps', href: '/sweeps' }]} />
      <EmptyState
        icon={SearchX}
        title="This sweep is not in the store"
        action={
          <>
            <ButtonLink href="/sweeps" look="primary">
              All sweeps
            </ButtonLink>
            <ButtonLink href="/health">Which store is this?</ButtonLink>
          </>
        }
      >
        Its id may be mistyped, or the sweep is in the store of another working folder or machine.
      </EmptyState>
    </>
  );
}
