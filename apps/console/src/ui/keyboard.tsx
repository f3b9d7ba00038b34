'use client';
/** Keys that work on every page, and the list of all keys. */
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Dialog } from './dialog.tsx';
import { useKeys } from './key-bindings.ts';

const goTo: Record<string, string> = {
  'g r': '/runs',
  'g c': '/compare',
  'g s': '/sweeps',
  'g d': '/datasets',
  'g h': '/health',
  'g n': '/new',
};

const listed: { title: string; keys: [keys: string, does: string][] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['Ctrl K', 'Search runs, sweeps, pages and actions (⌘ K on a Mac)'],
      ['?', 'Show these keys'],
      ['g r', 'Runs'],
      ['g c', 'Compare'],
      ['g s', 'Sweeps'],
      ['g d', 'Datasets'],
      ['g h', 'Health'],
      ['g n', 'New experiment'],
    ],
  },
  {
    title: 'In tables',
    keys: [
      ['/', 'Filter'],
      ['j  k', 'Next and previous row'],
      ['Enter', 'Open the row'],
      ['x', 'Select the row'],
      ['e', 'Open or close the row’s group'],
      ['Escape', 'Clear the selection'],
    ],
  },
];

export function Keyboard() {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const pages = Object.entries(goTo).map(([keys, path]) => [keys, () => router.push(path)] as const);
  useKeys({ ...Object.fromEntries(pages), '?': () => setOpen(true) });
  return (
    <Dialog open={open} onOpenChange={setOpen} title="Keys" description="None acts while you type.">
      <div className="grid gap-x-8 gap-y-4 pb-3 sm:grid-cols-2">
        {listed.map(({ title, keys }) => (
          <section key={title}>
            <h3 className="mb-1.5 text-xs font-medium text-ink-faint">{title}</h3>
            <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-3 gap-y-1.5">
              {keys.map(([combination, does]) => (
                <div key={combination} className="contents">
                  <dt className="flex justify-end gap-1">
                    {combination.split(/\s+/).map((key) => (
                      <Key key={key}>{key}</Key>
                    ))}
                  </dt>
                  <dd className="text-sm text-ink-soft">{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

/** The picture of a key. */
export function Key({ children }: { children: string }) {
  return (
    <kbd className="min-w-5 rounded border border-line bg-sunken px-1 py-px text-center text-xs text-ink-soft">
      {children}
    </kbd>
  );
}
