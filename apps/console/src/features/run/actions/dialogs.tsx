'use client';
/** What is asked before a run is branched, cloned, repeated with other seeds, resumed with other settings, cancelled, tagged or noted. */
import { type ReactNode, useState } from 'react';
import { Field, Input, Textarea } from '#ui/field.tsx';
import { useRun } from '../use-run.tsx';
import { ActionDialog } from './action-dialog.tsx';
import { SettingsField, settingsOf, wrongLine } from './settings-field.tsx';
import { useAct } from './use-act.ts';

export type DialogName = 'branch' | 'clone' | 'seeds' | 'resume' | 'cancel' | 'tag' | 'note';

export function ActionDialogs({ open, onClose }: { open: DialogName | null; onClose(): void }): ReactNode {
  switch (open) {
    case 'branch':
      return <BranchDialog onClose={onClose} />;
    case 'clone':
      return <CloneDialog onClose={onClose} />;
    case 'seeds':
      return <SeedsDialog onClose={onClose} />;
    case 'resume':
      return <ResumeDialog onClose={onClose} />;
    case 'cancel':
      return <CancelDialog onClose={onClose} />;
    case 'tag':
      return <TagDialog onClose={onClose} />;
    case 'note':
      return <NoteDialog onClose={onClose} />;
    case null:
      return null;
  }
}

interface Closing {
  onClose(): void;
}

/** `at`: the update that the field begins with; the best or last one when left out. */
export function BranchDialog({ onClose, at }: Closing & { at?: number }) {
  const { run } = useRun();
  const { act } = useAct();
  const [update, setUpdate] = useState(String(at ?? run.best?.update ?? run.update));
  const [settings, setSettings] = useState('');
  const wrong = !/^\d+$/.test(update) || Number(update) > run.update;
  return (
    <ActionDialog
      title="Branch at an update"
      description="A new run that shares everything up to that update and computes only what comes after."
      verb="Branch"
      blocked={
        wrong ? `Give an update from 0 to ${run.update}, the last one that is stored.` : (wrongLine(settings) ?? null)
      }
      onClose={onClose}
      onSubmit={() => act({ path: '/branch', body: { at: Number(update), set: settingsOf(settings) } })}
    >
      <Field label="Last shared update" htmlFor="update" hint="0 is the policy before GRPO.">
        <Input
          id="update"
          inputMode="numeric"
          value={update}
          aria-invalid={wrong}
          onChange={(event) => setUpdate(event.target.value)}
        />
      </Field>
      <SettingsField
        value={settings}
        onChange={setSettings}
        hint="What the branch does differently; without any it goes on as its parent did."
      />
    </ActionDialog>
  );
}

function CloneDialog({ onClose }: Closing) {
  const { run } = useRun();
  const { act } = useAct();
  const [seed, setSeed] = useState('');
  const [settings, setSettings] = useState('');
  const wrong = seed !== '' && !/^\d+$/.test(seed);
  return (
    <ActionDialog
      title="Clone"
      description="A new run from the beginning with these settings. Steps with the same inputs are not done again."
      verb="Clone"
      blocked={wrong ? 'A seed is a whole number.' : (wrongLine(settings) ?? null)}
      onClose={onClose}
      onSubmit={() =>
        act({ path: '/clone', body: { ...(seed !== '' && { seed: Number(seed) }), set: settingsOf(settings) } })
      }
    >
      <Field label="Seed" htmlFor="seed" hint={`Left empty: ${run.seed}, as this run.`}>
        <Input
          id="seed"
          inputMode="numeric"
          value={seed}
          aria-invalid={wrong}
          placeholder={String(run.seed)}
          onChange={(event) => setSeed(event.target.value)}
        />
      </Field>
      <SettingsField value={settings} onChange={setSettings} hint="What the clone does differently." />
    </ActionDialog>
  );
}

function SeedsDialog({ onClose }: Closing) {
  const { run } = useRun();
  const { act } = useAct();
  const taken = run.seeds.map(({ seed }) => seed);
  const [text, setText] = useState(() => nextSeeds(taken));
  const seeds = text.split(/[\s,;]+/).filter((word) => word !== '');
  const wrong = seeds.length === 0 || seeds.some((word) => !/^\d+$/.test(word));
  return (
    <ActionDialog
      title="Add seeds"
      description="One new run for each seed, with the same settings: how much the result owes to chance."
      verb={wrong || seeds.length === 1 ? 'Begin' : `Begin ${seeds.length} runs`}
      blocked={wrong ? 'Give whole numbers, with commas or spaces between them.' : null}
      onClose={onClose}
      onSubmit={() => act({ path: '/seeds', body: { seeds: seeds.map(Number) } })}
    >
      <Field
        label="Seeds"
        htmlFor="seeds"
        hint={`There already: ${taken.join(', ')}. A seed that is there is left as it is.`}
      >
        <Input id="seeds" value={text} aria-invalid={wrong} onChange={(event) => setText(event.target.value)} />
      </Field>
    </ActionDialog>
  );
}

/** The two smallest that are free. */
function nextSeeds(taken: readonly number[]): string {
  const free: number[] = [];
  for (let seed = 1; free.length < 2; seed++) if (!taken.includes(seed)) free.push(seed);
  return free.join(', ');
}

function ResumeDialog({ onClose }: Closing) {
  const { act } = useAct();
  const [settings, setSettings] = useState('');
  return (
    <ActionDialog
      title="Resume with other settings"
      description="The run goes on from its last whole update. What was changed is kept with the run and marked on its charts."
      verb="Resume"
      blocked={wrongLine(settings) ?? null}
      onClose={onClose}
      onSubmit={() => act({ path: '/resume', body: { set: settingsOf(settings) } })}
    >
      <SettingsField
        value={settings}
        onChange={setSettings}
        hint="Everything but seed, dataset, policy, warmStart, threads, device, database and shards may change."
      />
    </ActionDialog>
  );
}

function CancelDialog({ onClose }: Closing) {
  const { run } = useRun();
  const { act } = useAct();
  return (
    <ActionDialog
      title="Cancel this run?"
      description={`The step in progress is dropped. The ${run.update} updates that are done are kept, and the run can be resumed later.`}
      verb="Cancel the run"
      danger
      onClose={onClose}
      onSubmit={() => act({ path: '/cancel', body: {} })}
    />
  );
}

function TagDialog({ onClose }: Closing) {
  const { act } = useAct();
  const [tag, setTag] = useState('');
  const wrong = tag.trim() === '' || tag.length > 60 || tag.includes(',');
  return (
    <ActionDialog
      title="Add a tag"
      description="Tags find runs again: they stand in the table, and can be filtered by."
      verb="Tag"
      blocked={tag !== '' && wrong ? 'A tag has 1 to 60 characters and no comma.' : wrong ? 'Give a tag.' : null}
      onClose={onClose}
      onSubmit={() => act({ method: 'PUT', path: `/tags/${encodeURIComponent(tag.trim())}` })}
    >
      <Field label="Tag" htmlFor="tag">
        <Input id="tag" value={tag} maxLength={60} onChange={(event) => setTag(event.target.value)} />
      </Field>
    </ActionDialog>
  );
}

function NoteDialog({ onClose }: Closing) {
  const { act } = useAct();
  const [text, setText] = useState('');
  return (
    <ActionDialog
      title="Add a note"
      description="Plain text, kept with the run."
      verb="Keep the note"
      blocked={text.trim() === '' ? 'Write something.' : null}
      onClose={onClose}
      onSubmit={() => act({ path: '/notes', body: { text } })}
    >
      <Field label="Note" htmlFor="note">
        <Textarea
          id="note"
          rows={5}
          value={text}
          maxLength={10_000}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
    </ActionDialog>
  );
}
