/** Keeps the place of a tab that is being read. */
import { Skeleton } from '#ui/states.tsx';

export default function RunTabLoading() {
  return (
    <div className="flex flex-col gap-4">
      <Skeleton className="h-40" />
      <Skeleton className="h-64" />
    </div>
  );
}
