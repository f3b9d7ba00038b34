'use client';
/** The dead-group map: how the groups of each prompt came out, update by update. Window and filter are in the URL. */
import { useRouter } from 'next/navigation';
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import useSWR from 'swr';
import { Pages } from '#features/run/pages.tsx';
import { useRun } from '#features/run/use-run.tsx';
import { visible } from '#features/run/visible-text.tsx';
import { Heatmap } from '#ui/chart/heatmap.tsx';
import type { ApiError } from '#ui/fetch-json.ts';
import { Input, Select } from '#ui/field.tsx';
import { percent } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { cellClass, mapClasses, stateWords } from './group-states.tsx';
import { LostNote } from './lost-note.tsx';
import type { RolloutMap } from './schemas.ts';

const updatesInWindow = 100;
const rowsOnPage = 40;

const state = {
  window: parseAsInteger,
  prompts: parseAsStringLiteral(['all', 'dead', 'alive']).withDefault('all'),
  find: parseAsString.withDefault(''),
  rows: parseAsInteger.withDefault(1),
};

/** @param total updates of the run that have a rollout */
export function GroupMap({ total }: { total: number }) {
  const { path, run } = useRun();
  const router = useRouter();
  const [{ window, prompts, find, rows: page }, set] = useQueryStates(state);
  const last = Math.max(1, Math.ceil(total / updatesInWindow));
  const shown = Math.min(last, Math.max(1, window ?? last));
  const key = `${path}/rollout-map?after=${(shown - 1) * updatesInWindow}&limit=${updatesInWindow}`;
  const goesOn = run.finishedAt === null && shown === last;
  const { data, error, mutate } = useSWR<RolloutMap, ApiError>(key, { refreshInterval: goesOn ? 10_000 : 0 });
  const cells = useMemo(() => new Map((data?.cells ?? []).map((cell) => [`${cell.row} ${cell.column}`, cell])), [data]);
  const fits = (data?.prompts ?? [])
    .map((prompt, row) => ({ ...prompt, row }))
    .filter(({ prompt, drawn, dead }) => {
      const wanted = prompts === 'all' || (prompts === 'dead' ? dead === drawn : dead < drawn);
      return wanted && prompt.toLowerCase().includes(find.toLowerCase());
    });
  const rows = fits.slice((page - 1) * rowsOnPage, page * rowsOnPage);
  const cellAt = (row: number, column: number) => cells.get(`${rows[row]?.row} ${column}`);
  return (
    <Panel
      title="Groups that taught nothing"
      note="Prompts × updates. A group whose samples all earn the same carries no signal. Choose a cell to see the group."
      actions={
        <>
          <Input
            type="search"
            aria-label="Text of the prompt"
            placeholder="Text of the prompt"
            className="sm:w-52"
            value={find}
            onChange={(event) => void set({ find: event.target.value || null, rows: null })}
          />
          <Select
            aria-label="Which prompts"
            className="sm:w-auto"
            value={prompts}
            onChange={(event) => void set({ prompts: event.target.value as typeof prompts, rows: null })}
          >
            <option value="all">All prompts</option>
            <option value="dead">Never a signal</option>
            <option value="alive">A signal at least once</option>
          </Select>
        </>
      }
    >
      <div className="mb-3 empty:hidden">
        <LostNote lost={data?.lost ?? []} />
      </div>
      <Heatmap
        title="Groups by prompt and update"
        rowLabel="prompt"
        columnLabel="update"
        rows={rows.map(({ prompt }) => ({ id: prompt, label: promptText(prompt) }))}
        columns={(data?.updates ?? []).map((update) => ({ id: String(update), label: String(update) }))}
        classes={mapClasses}
        cellAt={(row, column) => {
          const cell = cellAt(row, column);
          return cell ? cellClass(cell.state, cell.solved) : null;
        }}
        describe={(row, column) => {
          const cell = cellAt(row, column);
          const where = `${promptText(rows[row]?.prompt ?? '')}, update ${data?.updates[column]}`;
          return cell
            ? `${where}: ${stateWords[cell.state].label}, ${percent(cell.solved, 0)} right`
            : `${where}: not drawn`;
        }}
        onSelect={(row, column) => {
          const cell = cellAt(row, column);
          if (cell) router.push(`/runs/${encodeURIComponent(run.id)}/rollouts/${data?.updates[column]}/${cell.group}`);
        }}
        emptyText="No prompt fits this filter"
        state={
          error && !data
            ? { kind: 'error', message: error.message, onRetry: () => void mutate() }
            : { kind: data ? 'ready' : 'loading' }
        }
      />
      <div className="mt-2 flex flex-wrap justify-between gap-x-6">
        <Pages total={fits.length} pageSize={rowsOnPage} page={page} onPage={(next) => void set({ rows: next })} />
        <Pages
          total={total}
          pageSize={updatesInWindow}
          page={shown}
          onPage={(next) => void set({ window: next === last ? null : next })}
        />
      </div>
    </Panel>
  );
}

/** A prompt as people read it: without what every prompt begins with. */
export function promptText(prompt: string): string {
  return visible(prompt.replace(/^question: /, '').trim());
}
