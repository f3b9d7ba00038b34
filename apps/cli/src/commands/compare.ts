/** `queryloop compare <run or sweep>…`: which runs are better than others, over seeds and questions. */
import { UserError } from '@queryloop/contracts';
import { type ChosenComparison, type Comparison, comparisonOf } from '@queryloop/control';
import { comparisonCsv, comparisonMarkdown, comparisonTable } from '../compare/print-comparison.ts';
import { openScreen } from '../screen.ts';
import { withStore } from '../stored-run.ts';

export interface CompareOptions extends ChosenComparison {
  format: 'table' | 'json' | 'csv' | 'markdown';
}

export async function compare(ids: readonly string[], options: CompareOptions): Promise<void> {
  const done = await withStore((store) => comparisonOf(store, ids, options));
  if (done === undefined) {
    throw new UserError({
      message: 'there are no runs in this folder yet',
      field: 'run',
      hint: 'Work in the folder the runs were made in, or set QUERYLOOP_HOME or QUERYLOOP_STORE_URL.',
    });
  }
  const { comparison, leftOut } = done;
  const notes = openScreen({ json: options.format !== 'table' });
  const lines = {
    table: comparisonTable,
    json: (value: Comparison) => [JSON.stringify(value)],
    csv: comparisonCsv,
    markdown: comparisonMarkdown,
  }[options.format](comparison);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (leftOut.length > 0)
    notes.line(
      `left out, as they are not finished: ${leftOut.map(({ id, status }) => `${id} (${status})`).join(', ')}`,
    );
}
