'use client';
/** The runs that are compared, by side, and a field to add more. */
import { Plus, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import useSWR from 'swr';
import { Button } from '#ui/button.tsx';
import { Input } from '#ui/field.tsx';
import { Panel } from '#ui/panel.tsx';
import { useCompareState } from './compare-state.ts';
import type { Side } from './schemas.ts';

export function RunPicker({ sides, unknown }: { sides: readonly Side[]; unknown: readonly string[] }) {
  const { runs, set } = useCompareState();
  const [typed, setTyped] = useState('');
  const { data } = useSWR<{ items: { id: string }[] }>('/api/v1/runs?limit=50');
  const add = (event: FormEvent): void => {
    event.preventDefault();
    const ids = typed.split(/[\s,]+/).filter(Boolean);
    if (ids.length > 0) void set({ runs: [...new Set([...runs, ...ids])] });
    setTyped('');
  };
  /** A run that came with its sweep goes alone: the others of the sweep stay. */
  const remove = (id: string): void => {
    const shown = sides.flatMap((side) => side.runs.map((run) => run.id));
    const left = runs.includes(id) ? runs.filter((each) => each !== id) : shown.filter((each) => each !== id);
    void set({ runs: left.length > 0 ? left : null });
  };
  return (
    <Panel>
      <div className="flex flex-col gap-3 pt-2">
        {sides.map(({ label, runs: members }) => (
          <div key={members[0]?.id} className="flex flex-wrap items-center gap-2 text-sm">
            <span className="min-w-0 break-words font-medium">{label}</span>
            {members.map(({ id, seed, status }) => (
              <Chip
                key={id}
                name={`seed ${seed}${status === 'finished' ? '' : `, ${status}`}`}
                id={id}
                onRemove={remove}
              />
            ))}
          </div>
        ))}
        {unknown.map((id) => (
          <div key={id} className="flex items-center gap-2 text-sm text-bad">
            Not known here: <Chip name={id} id={id} onRemove={remove} />
          </div>
        ))}
        <form onSubmit={add} className="flex max-w-xl gap-2">
          <Input
            aria-label="Add runs or sweeps by id"
            placeholder="Add runs or sweeps by id"
            list="known-runs"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
          <datalist id="known-runs">
            {data?.items.map(({ id }) => (
              <option key={id} value={id} />
            ))}
          </datalist>
          <Button type="submit" disabled={typed.trim() === ''}>
            <Plus aria-hidden /> Add
          </Button>
        </form>
      </div>
    </Panel>
  );
}

function Chip({ id, name, onRemove }: { id: string; name: string; onRemove(id: string): void }) {
  return (
    <span className="inline-flex items-center gap-1 rounded-full border border-line py-0.5 pr-1 pl-2.5 text-xs">
      <a href={`/runs/${encodeURIComponent(id)}`} className="hover:underline" title={id}>
        {name}
      </a>
      <button
        type="button"
        aria-label={`Leave out ${id}`}
        className="rounded-full p-0.5 text-ink-faint hover:bg-sunken hover:text-ink"
        onClick={() => onRemove(id)}
      >
        <X aria-hidden className="size-3" />
      </button>
    </span>
  );
}
