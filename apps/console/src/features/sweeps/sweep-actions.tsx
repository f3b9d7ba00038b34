'use client';
/** What can be done with a sweep. */
import { Copy, Pause, Play, X } from 'lucide-react';
import { useState } from 'react';
import { BulkDialog, type BulkName } from '#features/runs/bulk-dialog.tsx';
import { useConsoleState } from '#features/session/use-console-state.ts';
import { Button, ButtonLink } from '#ui/button.tsx';
import type { SweepDetail } from './schemas.ts';

export function SweepActions({ sweep, onDone }: { sweep: SweepDetail; onDone(): void }) {
  const { readOnly } = useConsoleState();
  const [name, setName] = useState<BulkName | null>(null);
  const [subject] = useState([{ id: sweep.id, name: sweep.name, seed: 0, experimentId: sweep.id }]);
  const paused = (sweep.statuses.paused ?? 0) > 0 && (sweep.statuses.running ?? 0) === 0;
  const running = sweep.status === 'running';
  return (
    <>
      {running && !paused && (
        <Button disabled={readOnly} onClick={() => setName('pause')}>
          <Pause aria-hidden /> Pause
        </Button>
      )}
      {(!running || paused) && sweep.status !== 'finished' && (
        <Button disabled={readOnly} onClick={() => setName('resume')}>
          <Play aria-hidden /> Resume
        </Button>
      )}
      {running && (
        <Button look="danger" disabled={readOnly} onClick={() => setName('cancel')}>
          <X aria-hidden /> Cancel
        </Button>
      )}
      <ButtonLink href={`/new?from=sweep:${encodeURIComponent(sweep.id)}`}>
        <Copy aria-hidden /> Clone
      </ButtonLink>
      <BulkDialog
        name={name}
        runs={subject}
        onClose={() => setName(null)}
        onDone={() => {
          setName(null);
          onDone();
        }}
      />
    </>
  );
}
