/** Says which artifacts are not there, what is therefore missing, and how they come back. */
import { Info } from 'lucide-react';
import type { ExecutionsState, LostArtifact } from './schemas.ts';

const MOST_SHOWN = 3;

export function LostNote({ lost, executions }: { lost: readonly LostArtifact[]; executions?: ExecutionsState }) {
  if (lost.length === 0 && executions !== 'older') return null;
  return (
    <div role="note" className="flex gap-2 rounded-md bg-warn-soft px-4 py-2.5 text-sm">
      <Info aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <div className="min-w-0">
        {executions === 'older' && (
          <p>
            This update was made by an earlier version, which did not keep what its queries returned: outcomes and
            result tables are missing, shares of right answers are taken from the rewards.
          </p>
        )}
        {lost.slice(0, MOST_SHOWN).map(({ kind, hash, message, hint }) => (
          <p key={hash} className="break-words">
            The {kind} artifact <code title={message}>{hash.slice(0, 12)}…</code> is gone, and what it held is missing
            here. <span className="text-ink-soft">{hint}</span>
          </p>
        ))}
        {lost.length > MOST_SHOWN && <p>{lost.length - MOST_SHOWN} more artifacts are gone.</p>}
      </div>
    </div>
  );
}
