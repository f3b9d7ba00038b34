'use client';
/** The table of runs with its filter, groups, columns and actions; all but the selection is in the URL. */
import type { RowSelectionState } from '@tanstack/react-table';
import { Columns3, Download, Radio } from 'lucide-react';
import { useQueryStates } from 'nuqs';
import { useMemo, useState } from 'react';
import useSWR from 'swr';
import { Button } from '#ui/button.tsx';
import { Select } from '#ui/field.tsx';
import { Hint } from '#ui/hint.tsx';
import { join } from '#ui/join.ts';
import { Menu } from '#ui/menu.tsx';
import { ErrorState, Skeleton } from '#ui/states.tsx';
import { ColumnDialog } from './column-dialog.tsx';
import { columnName } from './column-names.ts';
import { NoHits, NoRuns } from './empty-states.tsx';
import { FilterField } from './filter-field.tsx';
import { Pager } from './pager.tsx';
import { RunsTable } from './runs-table.tsx';
import type { Choices, RunsPage } from './schemas.ts';
import { SelectionBar } from './selection-bar.tsx';
import { differingColumns, tableRows } from './table-rows.ts';
import { both, defaultColumns, exportPath, pageSize, runsPath, tableParsers } from './table-state.ts';
import { useRuns } from './use-runs.ts';

interface RunsViewProps {
  /** Columns as long as nobody chooses others. */
  columns?: string[];
  /** What the server had when it drew the page. */
  first: { path: string; page: RunsPage } | null;
  /** Terms that hold beside what is typed: the runs of a sweep. */
  within?: string;
}

export function RunsView({ first, within = '', columns: usual = defaultColumns }: RunsViewProps) {
  const parsers = useMemo(() => ({ ...tableParsers, columns: tableParsers.columns.withDefault(usual) }), [usual]);
  const [state, setState] = useQueryStates(parsers, { history: 'replace' });
  const [choosing, setChoosing] = useState(false);
  const [selected, setSelected] = useState<RowSelectionState>({});
  const asked = { ...state, q: both(within, state.q) };
  const { page, error, isValidating, reload, live } = useRuns(runsPath(asked), first);
  const { data: choices } = useSWR<Choices>('/api/v1/columns');
  const rows = useMemo(() => (page ? tableRows(page) : []), [page]);
  const columns = useMemo(
    () => (state.differ && page ? differingColumns(state.columns, page.items) : state.columns),
    [state.differ, state.columns, page],
  );
  const chosen = useMemo(() => page?.items.filter(({ id }) => selected[id]) ?? [], [page, selected]);
  const save = (format: 'csv' | 'json', ids: readonly string[]): void => {
    const link = document.createElement('a');
    link.href = exportPath(format, asked, ids);
    link.download = `runs.${format}`;
    link.click();
  };
  const ofFilter = error?.field === 'filter';
  const none = page?.total === 0 && state.page === 1;

  return (
    <div aria-busy={isValidating}>
      <div className="mb-3 flex flex-wrap items-start gap-2">
        <FilterField
          value={state.q}
          onChange={(q) => void setState({ q: q || null, page: null })}
          choices={choices}
          error={ofFilter ? error : undefined}
        />
        <div className="flex flex-wrap items-center gap-2 sm:flex-nowrap">
          <Select
            aria-label="Group by"
            className="w-auto max-w-44"
            value={state.group}
            onChange={(event) => void setState({ group: event.target.value || null, page: null, open: null })}
          >
            {groupOptions(choices, state.group).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
          <Button onClick={() => setChoosing(true)} disabled={!choices}>
            <Columns3 aria-hidden /> Columns
          </Button>
          <Button
            aria-pressed={state.differ}
            className={join(state.differ && 'border-accent text-accent')}
            onClick={() => void setState({ differ: state.differ ? null : true })}
          >
            Only what differs
          </Button>
          <Menu
            trigger={
              <Button icon aria-label="Export the table">
                <Download aria-hidden />
              </Button>
            }
            items={[
              { label: 'Export as CSV', onSelect: () => save('csv', []) },
              { label: 'Export as JSON', onSelect: () => save('json', []) },
            ]}
          />
        </div>
      </div>
      {error && !ofFilter && (
        <div className="mb-3">
          <ErrorState
            title="The runs cannot be read"
            error={error}
            action={<Button onClick={reload}>Try again</Button>}
          />
        </div>
      )}
      {!page && !error && <Skeleton className="h-96" />}
      {none && (choices?.runs === 0 || (state.q === '' && within === '')) && <NoRuns />}
      {none && !(choices?.runs === 0) && state.q !== '' && (
        <NoHits filter={state.q} onClear={() => void setState({ q: null, page: null })} />
      )}
      {page && page.total > 0 && (
        <>
          <RunsTable
            rows={rows}
            columns={columns}
            sort={state.sort}
            onSort={(sort) => void setState({ sort: sort || null, page: null })}
            open={state.open}
            onOpen={(open) => void setState({ open: open.length === 0 ? null : open })}
            selected={selected}
            onSelected={setSelected}
          />
          <footer className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-2 text-xs text-ink-faint">
            <span className="tabular">{countText(page)}</span>
            <Live state={live} />
            <Pager
              page={state.page}
              pages={Math.ceil((page.totalGroups ?? page.total) / pageSize)}
              onPage={(number) => void setState({ page: number === 1 ? null : number })}
            />
          </footer>
        </>
      )}
      {chosen.length > 0 && (
        <SelectionBar
          runs={chosen}
          onClear={() => setSelected({})}
          onDone={reload}
          onExport={(format) =>
            save(
              format,
              chosen.map(({ id }) => id),
            )
          }
        />
      )}
      {choices && (
        <ColumnDialog
          open={choosing}
          onOpenChange={setChoosing}
          choices={choices}
          columns={state.columns}
          usual={usual}
          onChange={(next) => void setState({ columns: next })}
        />
      )}
    </div>
  );
}

function countText({ total, totalGroups }: RunsPage): string {
  const runs = `${total} ${total === 1 ? 'run' : 'runs'}`;
  return totalGroups === null ? runs : `${totalGroups} ${totalGroups === 1 ? 'group' : 'groups'} of ${runs}`;
}

/** Seeds of an experiment first, then settings that differ. */
function groupOptions(choices: Choices | undefined, present: string): [value: string, label: string][] {
  const settings = choices?.settings.filter(({ distinct }) => distinct > 1).map(({ path }) => path) ?? [];
  const named: [string, string][] = [
    ['', 'Not grouped'],
    ['experiment', 'Seeds together'],
    ['name', 'By name'],
    ['status', 'By status'],
    ['sweep', 'By sweep'],
  ];
  const known = new Set([...named.map(([value]) => value), ...settings]);
  const others = [...settings, ...(known.has(present) ? [] : [present])];
  return [...named, ...others.map((path): [string, string] => [path, `By ${columnName(path).title}`])];
}

function Live({ state }: { state: 'connecting' | 'open' | 'waiting' }) {
  const text = { connecting: 'connecting', open: 'live', waiting: 'waiting for the console' }[state];
  return (
    <Hint text="Rows move by themselves while runs go on.">
      <button type="button" className="flex cursor-default items-center gap-1">
        <Radio aria-hidden className={join('size-3.5', state === 'open' && 'text-good')} /> {text}
      </button>
    </Hint>
  );
}
