/** Cells of the report: numbers as people read them, and rows of a Markdown table. */
import type { Estimate } from './score-table.ts';

/** E.g. "95.5 [93.5, 96.9]". */
export function estimate({ value, ci95 }: Estimate): string {
  return `${percent(value)} ${interval(ci95)}`;
}

export function interval([low, high]: readonly [number, number]): string {
  return `[${percent(low)}, ${percent(high)}]`;
}

/** One decimal; never "-0.0". */
export function percent(value: number): string {
  const text = value.toFixed(1);
  return Number(text) === 0 ? '0.0' : text.replace('-', '−');
}

export function signed(points: number): string {
  const text = percent(points);
  return text.startsWith('−') || text === '0.0' ? text : `+${text}`;
}

export function pValue(p: number): string {
  return p < 0.001 ? p.toExponential(1) : p.toFixed(3);
}

/** Signs that would end a cell or begin HTML are escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)];
}

function cell(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;');
}
