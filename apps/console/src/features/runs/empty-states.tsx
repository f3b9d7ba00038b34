'use client';
/** What stands where runs will be. */
import { FlaskConical, SearchX } from 'lucide-react';
import { Button, ButtonLink } from '#ui/button.tsx';
import { EmptyState } from '#ui/states.tsx';

export function NoRuns() {
  return (
    <div className="rounded-lg border border-line bg-surface">
      <EmptyState
        icon={FlaskConical}
        title="No runs yet"
        action={
          <ButtonLink look="primary" href="/new">
            New experiment
          </ButtonLink>
        }
      >
        Launch one from the form, or from a terminal in the folder of the project:
        <code className="mt-3 block rounded-md bg-sunken px-3 py-2 text-left text-xs text-ink">
          npx queryloop run experiments/quickstart.yaml
        </code>
      </EmptyState>
    </div>
  );
}

export function NoHits({ filter, onClear }: { filter: string; onClear(): void }) {
  return (
    <div className="rounded-lg border border-line bg-surface">
      <EmptyState icon={SearchX} title="No run matches" action={<Button onClick={onClear}>Clear the filter</Button>}>
        <code className="break-words text-xs">{filter}</code>
        <p className="mt-2">
          A run without a value passes no comparison with it: NOT reward&gt;0 finds those that have no reward.
        </p>
      </EmptyState>
    </div>
  );
}
