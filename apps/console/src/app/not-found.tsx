/** An address that the console does not have. */
import { SearchX } from 'lucide-react';
import { ButtonLink } from '#ui/button.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { EmptyState } from '#ui/states.tsx';

export default function PageNotFound() {
  return (
    <>
      <PageHeader title="Page not found" />
      <EmptyState
        icon={SearchX}
        title="There is no page at this address"
        action={
          <ButtonLink href="/runs" look="primary">
            All runs
          </ButtonLink>
        }
      >
        The link may be mistyped, or of another version of the console.
      </EmptyState>
    </>
  );
}
