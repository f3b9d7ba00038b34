'use client';
/** What can be done to the run of the page; what cannot be done now says why. */
import { Ellipsis, GitBranch, Pause, Play, X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '#ui/button.tsx';
import { Hint } from '#ui/hint.tsx';
import { join } from '#ui/join.ts';
import { Menu, type MenuItem } from '#ui/menu.tsx';
import { usePageCommands } from '#ui/page-commands.ts';
import { useWhyReadOnly } from '../use-console-state.ts';
import { useRun } from '../use-run.tsx';
import { ActionDialogs, type DialogName } from './dialogs.tsx';
import { useAct } from './use-act.ts';
import { type ActionName, isHeld, whyNot } from './why-not.ts';

export function RunActions() {
  const { run, path } = useRun();
  const { tell, busy } = useAct();
  const readOnly = useWhyReadOnly();
  const router = useRouter();
  const [open, setOpen] = useState<DialogName | null>(null);
  const reason = (action: ActionName): string | null => whyNot(action, run, readOnly);
  const item = (label: string, onSelect: () => void, why: string | null = null, danger?: boolean): MenuItem => ({
    label: <MenuLabel text={label} why={why} />,
    onSelect,
    disabled: why !== null,
    ...(danger && { danger }),
  });
  const page = `/runs/${encodeURIComponent(run.id)}`;
  const held = isHeld(run);
  const ended = run.finishedAt !== null;
  const resume = () => void tell({ path: '/resume', body: {} });
  const pause = () => void tell({ path: '/pause', body: {} });
  const possible = (['pause', 'resume', 'branch', 'clone'] as const).filter((name) => reason(name) === null).join(' ');
  const doing = useRef({ pause, resume });
  useEffect(() => {
    doing.current = { pause, resume };
  });
  usePageCommands(
    useMemo(() => {
      const commands = {
        pause: { label: 'Pause this run', onSelect: () => doing.current.pause() },
        resume: { label: 'Resume this run', onSelect: () => doing.current.resume() },
        branch: { label: 'Branch this run at an update', onSelect: () => setOpen('branch') },
        clone: { label: 'Clone this run', onSelect: () => setOpen('clone') },
      };
      return possible === '' ? [] : possible.split(' ').map((name) => commands[name as keyof typeof commands]);
    }, [possible]),
  );
  return (
    <>
      {!ended && !held && (
        <ActionButton why={reason('pause')} busy={busy} onClick={pause}>
          <Pause aria-hidden /> Pause
        </ActionButton>
      )}
      {held && (
        <ActionButton why={reason('resume')} busy={busy} onClick={resume} primary>
          <Play aria-hidden /> Resume
        </ActionButton>
      )}
      <ActionButton why={reason('branch')} onClick={() => setOpen('branch')}>
        <GitBranch aria-hidden /> Branch
      </ActionButton>
      {!ended && (
        <ActionButton why={reason('cancel')} onClick={() => setOpen('cancel')}>
          <X aria-hidden /> Cancel
        </ActionButton>
      )}
      <Menu
        trigger={
          <Button icon aria-label="More actions">
            <Ellipsis aria-hidden />
          </Button>
        }
        items={[
          item('Clone…', () => setOpen('clone'), reason('clone')),
          item('Add seeds…', () => setOpen('seeds'), reason('seeds')),
          ...(run.status === 'finished'
            ? []
            : [item('Resume with other settings…', () => setOpen('resume'), reason('resume'))]),
          item('Rescore…', () => router.push(`${page}/analyses`), reason('analyse')),
          item('Compare with…', () => router.push(`/compare?runs=${encodeURIComponent(run.id)}`)),
          item('Tag…', () => setOpen('tag'), reason('annotate')),
          item('Note…', () => setOpen('note'), reason('annotate')),
          item('Export as an archive', () => window.location.assign(`${path}/export`)),
        ]}
      />
      <ActionDialogs open={open} onClose={() => setOpen(null)} />
    </>
  );
}

function MenuLabel({ text, why }: { text: string; why: string | null }) {
  return (
    <>
      {text}
      {why && <span className="block max-w-56 text-xs text-ink-faint">{why}</span>}
    </>
  );
}

/** Not `disabled`, which would hide the reason from the keyboard and from pointers. */
export function ActionButton({
  why,
  busy = false,
  primary,
  onClick,
  children,
}: {
  why: string | null;
  busy?: boolean;
  primary?: boolean;
  onClick(): void;
  children: ReactNode;
}) {
  const blocked = why !== null || busy;
  const button = (
    <Button
      look={primary ? 'primary' : 'plain'}
      aria-disabled={blocked}
      className={join(blocked && 'cursor-not-allowed opacity-60')}
      onClick={() => !blocked && onClick()}
    >
      {children}
    </Button>
  );
  return why === null ? button : <Hint text={why}>{button}</Hint>;
}
