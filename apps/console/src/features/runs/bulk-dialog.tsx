'use client';
/** Says what an action would do to each of the selected runs, then does it and says what it did. */
import { Check, Minus } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { toast } from 'sonner';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Field, Input } from '#ui/field.tsx';
import { ErrorState, Skeleton } from '#ui/states.tsx';
import {
  type BulkAction,
  type BulkOutcome,
  carryOut,
  foresee,
  type Selected,
  seedsOf,
  tagsOf,
} from './bulk-actions.ts';

export type BulkName = BulkAction['action'];

interface BulkDialogProps {
  /** Null: closed. */
  name: BulkName | null;
  runs: readonly Selected[];
  onClose(): void;
  onDone(): void;
}

const words: Record<BulkName, { title: string; go: string; danger?: boolean; note: string }> = {
  pause: {
    title: 'Pause runs',
    go: 'Pause',
    note: 'A paused run holds before its next step, and goes on when resumed.',
  },
  resume: { title: 'Resume runs', go: 'Resume', note: 'Runs go on from the last update that is stored whole.' },
  cancel: {
    title: 'Cancel runs',
    go: 'Cancel runs',
    danger: true,
    note: 'What is stored stays. A cancelled run can be resumed.',
  },
  tag: { title: 'Tag runs', go: 'Add tags', note: 'Tags are searched by tag:name.' },
  untag: { title: 'Take tags off runs', go: 'Take off', note: 'Runs without the tag stay as they are.' },
  seeds: { title: 'Add seeds', go: 'Begin runs', note: 'Runs of the same experiments that differ in their seed only.' },
};

export function BulkDialog({ name, ...rest }: BulkDialogProps) {
  return name === null ? null : <OpenDialog key={name} name={name} {...rest} />;
}

function OpenDialog({ name, runs, onClose, onDone }: BulkDialogProps & { name: BulkName }) {
  const input = useId();
  const { title, go, danger, note } = words[name];
  const [text, setText] = useState('');
  const [plan, setPlan] = useState<BulkOutcome | null>(null);
  const [problem, setProblem] = useState<{ message: string; hint?: string | undefined } | null>(null);
  const [busy, setBusy] = useState(false);
  const asked = askedFor(name, text);
  const key = JSON.stringify(asked);

  useEffect(() => {
    const wanted = JSON.parse(key) as BulkAction | null;
    setPlan(null);
    setProblem(null);
    if (wanted === null) return;
    let gone = false;
    foresee(wanted, runs)
      .then((outcome) => !gone && setPlan(outcome))
      .catch((error: Error) => !gone && setProblem(error));
    return () => {
      gone = true;
    };
  }, [key, runs]);

  const act = async (): Promise<void> => {
    if (asked === null) return;
    setBusy(true);
    try {
      const { said, done, items } = await carryOut(asked, runs);
      const refused = items.find((item) => !item.done);
      if (done > 0) toast.success(said);
      if (refused) toast.error(`${refused.id}: ${refused.said}`);
      onDone();
    } catch (error) {
      setProblem(error as Error);
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={note}
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button
            look={danger ? 'danger' : 'primary'}
            disabled={busy || plan === null || plan.done === 0}
            onClick={() => void act()}
          >
            {busy ? 'Working…' : go}
          </Button>
        </>
      }
    >
      {(name === 'tag' || name === 'untag' || name === 'seeds') && (
        <Field label={name === 'seeds' ? 'Seeds' : 'Tags'} htmlFor={input} hint="Several with commas between them.">
          <Input
            id={input}
            value={text}
            autoFocus
            placeholder={name === 'seeds' ? '2, 3, 4' : 'paper'}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
      )}
      {problem && <ErrorState title="This cannot be done now" error={problem} />}
      {asked !== null && !plan && !problem && <Skeleton className="my-3 h-16" />}
      {plan && <Plan plan={plan} />}
    </Dialog>
  );
}

function Plan({ plan }: { plan: BulkOutcome }) {
  return (
    <div className="py-3">
      <p className="text-sm font-medium">{plan.said}</p>
      <ul className="mt-2 flex flex-col gap-1.5">
        {plan.items.map(({ id, done, said }) => (
          <li key={id} className="flex items-start gap-2 text-sm">
            {done ? (
              <Check aria-label="Would be done" className="mt-0.5 size-4 shrink-0 text-good" />
            ) : (
              <Minus aria-label="Would not be done" className="mt-0.5 size-4 shrink-0 text-ink-faint" />
            )}
            <span className="min-w-0">
              <span className="block break-all font-mono text-xs text-ink-faint">{id}</span>
              <span className={done ? '' : 'text-ink-soft'}>{said}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Null while the tags or seeds are not given. */
function askedFor(name: BulkName, text: string): BulkAction | null {
  if (name === 'seeds') {
    const seeds = seedsOf(text);
    return seeds && { action: name, seeds };
  }
  if (name !== 'tag' && name !== 'untag') return { action: name };
  const tags = tagsOf(text);
  return tags && { action: name, tags };
}
