'use client';
/** Chooses the columns of the table of runs: what differs between runs first. */
import { useId, useState } from 'react';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Input } from '#ui/field.tsx';
import { factNames } from './column-names.ts';
import type { Choices } from './schemas.ts';

interface ColumnDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  choices: Choices;
  columns: string[];
  /** As long as nobody chooses others. */
  usual: string[];
  onChange(columns: string[]): void;
}

interface Option {
  id: string;
  note: string;
}

export function ColumnDialog({ open, onOpenChange, choices, columns, usual, onChange }: ColumnDialogProps) {
  const [search, setSearch] = useState('');
  const [everything, setEverything] = useState(false);
  const sections = sectionsOf(choices, everything || search.trim() !== '')
    .map(({ title, options }) => ({ title, options: options.filter(({ id }) => matches(id, search)) }))
    .filter(({ options }) => options.length > 0);
  const toggle = (id: string, on: boolean): void =>
    onChange(on ? [...columns, id] : columns.filter((column) => column !== id));
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Columns"
      description="In the order they are chosen. Settings that all runs have in common come last."
      actions={
        <>
          <Button look="quiet" onClick={() => onChange(usual)}>
            Back to the usual ones
          </Button>
          <Button look="primary" onClick={() => onOpenChange(false)}>
            Done
          </Button>
        </>
      }
    >
      <Input
        aria-label="Search columns"
        placeholder="accuracy, learningRate, …"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <div className="mt-3 flex flex-col gap-4 pb-2">
        {sections.map(({ title, options }) => (
          <fieldset key={title}>
            <legend className="mb-1 text-xs font-medium text-ink-faint">{title}</legend>
            <div className="grid gap-x-4 sm:grid-cols-2">
              {options.map((option) => (
                <Choice key={option.id} {...option} on={columns.includes(option.id)} onToggle={toggle} />
              ))}
            </div>
          </fieldset>
        ))}
        {sections.length === 0 && <p className="py-6 text-center text-sm text-ink-soft">No column is called that.</p>}
        {!everything && search.trim() === '' && (
          <Button look="quiet" className="self-start" onClick={() => setEverything(true)}>
            Show settings that do not differ
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function Choice({ id, note, on, onToggle }: Option & { on: boolean; onToggle(id: string, on: boolean): void }) {
  const input = useId();
  return (
    <div className="flex min-w-0 items-baseline gap-2 rounded px-1 py-1 hover:bg-sunken">
      <input
        id={input}
        type="checkbox"
        checked={on}
        className="translate-y-0.5 accent-accent"
        onChange={(event) => onToggle(id, event.target.checked)}
      />
      <label htmlFor={input} className="min-w-0 flex-1 cursor-pointer break-words text-sm">
        {factNames[id] ?? id}
      </label>
      <span className="shrink-0 text-xs text-ink-faint tabular">{note}</span>
    </div>
  );
}

function sectionsOf({ runs, series, settings }: Choices, everything: boolean): { title: string; options: Option[] }[] {
  const seen = (count: number): string => (count === runs ? '' : `${count} of ${runs} runs`);
  const scores = series.filter(({ name }) => /^(dev|test)\//.test(name));
  const metrics = series.filter(({ name }) => !/^(dev|test)\//.test(name));
  const best = (name: string): string => (name.includes('error') ? `min(${name})` : `max(${name})`);
  const setting = ({ path, distinct }: Choices['settings'][number]): Option => ({
    id: path,
    note: distinct > 1 ? `${distinct} values` : '',
  });
  return [
    { title: 'The run', options: Object.keys(factNames).map((id) => ({ id, note: '' })) },
    { title: 'Settings that differ', options: settings.filter(({ distinct }) => distinct > 1).map(setting) },
    {
      title: 'Scores: best and last',
      options: scores.flatMap(({ name, runs: count }) => [
        { id: best(name), note: seen(count) },
        { id: name, note: 'last' },
      ]),
    },
    {
      title: 'Metrics: last value',
      options: metrics.map(({ name, runs: count }) => ({ id: name, note: seen(count) })),
    },
    ...(everything
      ? [
          {
            title: 'Metrics: highest and lowest',
            options: metrics.flatMap(({ name }) => [`max(${name})`, `min(${name})`].map((id) => ({ id, note: '' }))),
          },
          { title: 'Settings that are alike', options: settings.filter(({ distinct }) => distinct === 1).map(setting) },
        ]
      : []),
  ];
}

function matches(id: string, search: string): boolean {
  const name = `${id} ${factNames[id] ?? ''}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.includes(word));
}
