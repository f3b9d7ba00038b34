/** A part that a run of the store does not have: an update, a group. The run's header and tabs stay. */
import { SearchX } from 'lucide-react';
import { EmptyState } from '#ui/states.tsx';

export default function PartNotFound() {
  return (
    <EmptyState icon={SearchX} title="This run has no such part">
      The update or group is not stored: its number may be mistyped, or the run has not come so far. The tabs lead to
      what is there.
    </EmptyState>
  );
}
