'use client';
/** Why a run failed or was cancelled, and what to do about it. */
import { Play } from 'lucide-react';
import Link from 'next/link';
import { ErrorState } from '#ui/states.tsx';
import { ActionButton } from '../actions/run-actions.tsx';
import { useAct } from '../actions/use-act.ts';
import { whyNot } from '../actions/why-not.ts';
import { useWhyReadOnly } from '../use-console-state.ts';
import { useRun } from '../use-run.tsx';
import { visible } from '../visible-text.tsx';

export function Failure() {
  const { run } = useRun();
  const { tell, busy } = useAct();
  const readOnly = useWhyReadOnly();
  if (run.error === null || (run.status !== 'failed' && run.status !== 'cancelled')) return null;
  return (
    <ErrorState
      title={
        run.status === 'failed' ? `It failed after update ${run.update}` : `It was cancelled after update ${run.update}`
      }
      error={{
        message: visible(run.error),
        hint: `The ${run.update} updates before are kept. Resuming goes on from the last whole one.`,
      }}
      action={
        <div className="flex flex-wrap items-center gap-3">
          <ActionButton
            why={whyNot('resume', run, readOnly)}
            busy={busy}
            onClick={() => void tell({ path: '/resume', body: {} })}
          >
            <Play aria-hidden /> Resume
          </ActionButton>
          <Link className="text-sm underline" href={`/runs/${encodeURIComponent(run.id)}/logs`}>
            Its logs
          </Link>
          <Link className="text-sm underline" href={`/runs/${encodeURIComponent(run.id)}/timeline`}>
            What happened to it
          </Link>
        </div>
      }
    />
  );
}
