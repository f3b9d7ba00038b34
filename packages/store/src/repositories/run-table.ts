/** One page of the table of runs: filtered, sorted, grouped, with the columns that are asked for. */
import type { Database } from '../database/connect.ts';
import type { DatabaseLocation } from '../database/location.ts';
import { type Column, columnOf } from '../run-table/columns.ts';
import { type Cell, compileFilter } from '../run-table/filter-match.ts';
import { parseFilter } from '../run-table/filter-parse.ts';
import { countStatuses, differences, groupCell, grouped, type TableGroup } from '../run-table/groups.ts';
import { type Measured, measure } from '../run-table/measured-cells.ts';
import { type RunFacts, runFactsReader } from '../run-table/run-facts.ts';
import { cellOf, cellsOf, compareCells, type TableRun, tableRun } from '../run-table/table-run.ts';
import { seriesRepository } from './series.ts';

export interface RunTableQuery {
  /** Only these, if they match; all runs when left out. */
  ids?: readonly string[] | undefined;
  /** In the language of `parseFilter`; everything when left out or empty. */
  filter?: string | undefined;
  /** Newest first when left out; runs without a value come last either way. */
  sort?: { column: string; descending: boolean } | undefined;
  /** Ids of columns, see `columnOf`. */
  columns?: readonly string[] | undefined;
  /** Column whose equal values make a group: `experiment` for seeds of one config. */
  group?: string | undefined;
  offset?: number | undefined;
  /** Most runs, or groups, to give; 100 when left out. */
  limit?: number | undefined;
}

export interface RunTablePage {
  /** In order; with `group`, all members of the groups of the page. */
  runs: TableRun[];
  /** Runs that match. */
  total: number;
  groups: TableGroup[] | null;
  /** Groups of the runs that match; null without grouping. */
  totalGroups: number | null;
}

/** What columns, filters and groups can name in this store. */
export interface RunTableChoices {
  runs: number;
  /** Metrics and scores with the number of runs that have them. */
  series: { name: string; runs: number }[];
  /** Settings with the number of values that runs have, and the first of these. */
  settings: { path: string; distinct: number; values: Cell[] }[];
  tags: string[];
  names: string[];
  sweeps: { id: string; name: string }[];
}

const shownValues = 12;

export function runTableRepository(database: Database, engine: DatabaseLocation['engine']) {
  const readFacts = runFactsReader(database);

  return {
    /** Throws UserError for a filter or a column that is not understood. */
    async page({
      ids,
      filter = '',
      sort,
      columns = [],
      group,
      offset = 0,
      limit = 100,
    }: RunTableQuery): Promise<RunTablePage> {
      const node = parseFilter(filter);
      const compiled = node === null ? null : compileFilter(node);
      const shown = columns.map(columnOf);
      const by = group === undefined ? null : columnOf(group);
      const sorted = sort === undefined ? null : columnOf(sort.column);
      const measured: Measured = new Map();

      let facts = await readFacts();
      if (ids !== undefined) facts = facts.filter(({ id }) => ids.includes(id));
      if (compiled !== null) {
        await measure(database, measured, idsOf(facts), compiled.columns);
        facts = facts.filter((run) =>
          compiled.test({
            words: [run.id, run.name, run.error ?? '', ...run.tags],
            cells: (column) => cellsOf(run, column, measured),
          }),
        );
      }
      const total = facts.length;
      const always = [columnOf('updates'), columnOf('active')];
      const early = [...(sorted ? [sorted] : []), ...(by ? [by, ...shown, ...always] : [])];
      await measure(database, measured, idsOf(facts), early);
      if (sorted) facts = sortBy(facts, (run) => cellOf(run, sorted, measured), sort?.descending === true);

      let groups: TableGroup[] | null = null;
      let totalGroups: number | null = null;
      if (by) {
        const all = groupRuns(facts, by, shown.concat(sorted ?? []), measured);
        const inOrder = sorted ? sortBy(all, (one) => representative(one, sorted.id), sort?.descending === true) : all;
        totalGroups = inOrder.length;
        groups = inOrder.slice(offset, offset + limit);
        const members = new Set(groups.flatMap(({ runIds }) => runIds));
        facts = facts.filter(({ id }) => members.has(id));
      } else {
        facts = facts.slice(offset, offset + limit);
        await measure(database, measured, idsOf(facts), [...shown, ...always]);
      }
      return { runs: facts.map((run) => tableRun(run, shown, measured)), total, groups, totalGroups };
    },

    async choices(): Promise<RunTableChoices> {
      const facts = await readFacts();
      const series = await seriesRepository(database, engine).names(idsOf(facts));
      const settings = new Map<string, Set<Cell>>();
      for (const one of new Map(facts.map((run) => [run.experimentId, run.settings])).values())
        for (const [path, value] of one) settings.set(path, (settings.get(path) ?? new Set()).add(value));
      return {
        runs: facts.length,
        series,
        settings: [...settings].map(([path, values]) => ({
          path,
          distinct: values.size,
          values: [...values].slice(0, shownValues),
        })),
        tags: [...new Set(facts.flatMap(({ tags }) => tags))].sort(),
        names: [...new Set(facts.map(({ name }) => name))].sort(),
        sweeps: [...new Map(facts.flatMap(({ sweep }) => (sweep ? [[sweep.id, sweep]] : []))).values()],
      };
    },
  };
}

const idsOf = (runs: readonly { id: string }[]): string[] => runs.map(({ id }) => id);

/** Stable, so that what is equal stays newest first. */
function sortBy<Row>(rows: readonly Row[], cell: (row: Row) => Cell, descending: boolean): Row[] {
  const keyed = rows.map((row) => ({ row, key: cell(row) }));
  return keyed.sort((left, right) => compareCells(left.key, right.key, descending)).map(({ row }) => row);
}

function groupRuns(
  facts: readonly RunFacts[],
  by: Column,
  columns: readonly Column[],
  measured: Measured,
): TableGroup[] {
  const groups = [...grouped(facts, (run) => String(cellOf(run, by, measured) ?? '–'))];
  const label = (key: string, [first]: RunFacts[]): string =>
    by.id === 'experiment'
      ? (first as RunFacts).name
      : by.id === 'sweep'
        ? ((first as RunFacts).sweep?.name ?? key)
        : key;
  const alike = grouped(groups, ([key, runs]) => label(key, runs));
  return groups.map(([key, runs]) => {
    const [first] = runs as [RunFacts];
    const others = by.id === 'experiment' ? (alike.get(first.name) ?? []) : [];
    const paths = differences(others.map(([, [other]]) => (other as RunFacts).settings));
    return {
      key,
      label: label(key, runs),
      detail: Object.fromEntries(paths.map((path) => [path, first.settings.get(path) ?? null])),
      runIds: idsOf(runs),
      statuses: countStatuses(runs.map(({ status }) => status)),
      cells: Object.fromEntries(
        columns.map((column) => [
          column.id,
          groupCell(
            column,
            runs.map((run) => cellOf(run, column, measured)),
          ),
        ]),
      ),
    };
  });
}

/** What a group is sorted by. */
function representative({ cells }: TableGroup, column: string): Cell {
  const cell = cells[column];
  if (cell?.kind === 'mean') return cell.mean;
  return cell?.kind === 'same' ? cell.value : null;
}
