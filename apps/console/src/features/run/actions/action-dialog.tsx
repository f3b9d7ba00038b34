'use client';
/** A dialog that asks what an action needs, does it, and stays open with the reason when the API refuses. */
import { type ReactNode, useState } from 'react';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { ErrorState } from '#ui/states.tsx';
import { problemOf } from './use-act.ts';

interface ActionDialogProps {
  title: string;
  description: ReactNode;
  /** What the button says. */
  verb: string;
  danger?: boolean;
  /** Why it cannot be sent yet. */
  blocked?: string | null;
  onSubmit(): Promise<void>;
  onClose(): void;
  children?: ReactNode;
}

export function ActionDialog({
  title,
  description,
  verb,
  danger,
  blocked,
  onSubmit,
  onClose,
  children,
}: ActionDialogProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ message: string; hint?: string | undefined } | null>(null);
  const submit = async (): Promise<void> => {
    if (blocked || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await onSubmit();
      onClose();
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={description}
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button look={danger ? 'danger' : 'primary'} form="action" type="submit" disabled={busy || Boolean(blocked)}>
            {busy ? 'One moment…' : verb}
          </Button>
        </>
      }
    >
      <form
        id="action"
        className="flex flex-col gap-4 py-1"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {children}
        {blocked && <p className="text-xs text-ink-faint">{blocked}</p>}
        {problem && <ErrorState title="It was refused" error={problem} />}
      </form>
    </Dialog>
  );
}
