'use client';
/** The dead-group map: how the groups of each prompt came out, update by update. Window and filter are in the URL. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import useSWR from 'swr';
import { Pages } from '#features/run/pages.tsx';
import { useRun } from '#features/run/use-run.tsx';
import { Button } from '#ui/button.tsx';
import { Heatmap } from '#ui/chart/heatmap.tsx';
import type { ApiError } from '#ui/fetch-json.ts';
import { Input, Select } from '#ui/field.tsx';
import { percent } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { cellClass, mapClasses, stateWords } from './group-states.tsx';
import { LostNote } from './lost-note.tsx';
import { promptText } from './prompt-text.ts';
import type { RolloutMap } from './schemas.ts';

const updatesInWindow = 100;
const rowsOnPage = 40;

const state = {
  /** Last update of the window; the run's last when left out. */
  to: parseAsInteger,
  prompts: parseAsStringLiteral(['all', 'dead', 'alive']).withDefault('all'),
  find: parseAsString.withDefault(''),
  rows: parseAsInteger.withDefault(1),
};

/** @param total updates of the run that have a rollout */
export function GroupMap({ total }: { total: number }) {
  const { path, run } = useRun();
  const router = useRouter();
  const [{ to, prompts, find, rows: page }, set] = useQueryStates(state);
  const last = Math.min(total, Math.max(1, to ?? total));
  const after = Math.max(0, last - updatesInWindow);
  const key = `${path}/rollout-map?after=${after}&limit=${Math.min(updatesInWindow, last - after)}`;
  const goesOn = run.finishedAt === null && last === total;
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
        <Pages
          label="Pages of prompts"
          total={fits.length}
          pageSize={rowsOnPage}
          page={page}
          onPage={(next) => void set({ rows: next })}
        />
        <WindowSteps
          {...{ after, last, total }}
          onMove={(next) => void set({ to: next >= total ? null : Math.max(Math.min(total, updatesInWindow), next) })}
        />
      </div>
    </Panel>
  );
}

interface WindowStepsProps {
  /** The window begins after this update and ends with `last`. */
  after: number;
  last: number;
  total: number;
  onMove(last: number): void;
}

function WindowSteps({ after, last, total, onMove }: WindowStepsProps) {
  if (total <= updatesInWindow) return null;
  return (
    <nav aria-label="Updates of the map" className="ml-auto flex items-center gap-2 py-2 text-xs text-ink-soft">
      <span className="tabular">
        updates {after + 1}–{last} of {total}
      </span>
      <Button
        icon
        look="quiet"
        aria-label="Earlier updates"
        disabled={after === 0}
        onClick={() => onMove(last - updatesInWindow)}
      >
        <ChevronLeft aria-hidden />
      </Button>
      <Button
        icon
        look="quiet"
        aria-label="Later updates"
        disabled={last === total}
        onClick={() => onMove(last + updatesInWindow)}
      >
        <ChevronRight aria-hidden />
      </Button>
    </nav>
  );
}
