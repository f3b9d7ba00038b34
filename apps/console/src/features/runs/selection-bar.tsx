'use client';
/** What can be done with the selected runs, at the foot of the page as long as some are selected. */
import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { useConsoleState } from '#features/session/use-console-state.ts';
import { Button } from '#ui/button.tsx';
import { Menu } from '#ui/menu.tsx';
import { usePageCommands } from '#ui/page-commands.ts';
import type { Selected } from './bulk-actions.ts';
import { BulkDialog, type BulkName } from './bulk-dialog.tsx';

interface SelectionBarProps {
  runs: readonly Selected[];
  onClear(): void;
  onDone(): void;
  onExport(format: 'csv' | 'json'): void;
}

export function SelectionBar({ runs, onClear, onDone, onExport }: SelectionBarProps) {
  const router = useRouter();
  const { readOnly } = useConsoleState();
  const [name, setName] = useState<BulkName | null>(null);
  const compare = `/compare?runs=${runs.map(({ id }) => encodeURIComponent(id)).join(',')}`;
  const commands = useMemo(
    () => [{ label: `Compare the ${runs.length} selected runs`, onSelect: () => router.push(compare) }],
    [compare, router, runs.length],
  );
  usePageCommands(commands);
  const steer = (action: BulkName, label: string) => (
    <Button look="quiet" disabled={readOnly} onClick={() => setName(action)}>
      {label}
    </Button>
  );
  return (
    <section
      aria-label="Selected runs"
      className="sticky bottom-3 z-20 mx-auto mt-3 flex w-fit max-w-full items-center gap-1 overflow-x-auto rounded-lg border border-line bg-surface p-1.5 shadow-lg"
    >
      <p aria-live="polite" className="shrink-0 px-2 text-sm font-medium tabular">
        {runs.length} selected
      </p>
      <Button look="primary" onClick={() => router.push(compare)}>
        Compare
      </Button>
      {steer('pause', 'Pause')}
      {steer('resume', 'Resume')}
      {steer('cancel', 'Cancel')}
      {steer('tag', 'Tag')}
      {steer('seeds', 'Add seeds')}
      <Menu
        trigger={
          <Button look="quiet" aria-label="More for the selected runs">
            More
          </Button>
        }
        items={[
          { label: 'Take tags off', onSelect: () => setName('untag'), disabled: readOnly },
          { label: 'Export as CSV', onSelect: () => onExport('csv') },
          { label: 'Export as JSON', onSelect: () => onExport('json') },
        ]}
      />
      <Button look="quiet" icon aria-label="Clear the selection" onClick={onClear}>
        <X aria-hidden />
      </Button>
      <BulkDialog
        name={name}
        runs={runs}
        onClose={() => setName(null)}
        onDone={() => {
          setName(null);
          onDone();
        }}
      />
    </section>
  );
}
