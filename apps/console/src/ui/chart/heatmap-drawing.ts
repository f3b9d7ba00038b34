/** Draws the part of a heat map that can be seen: it may have millions of cells. */

export interface HeatmapClass {
  id: string;
  label: string;
  color: string;
  /** Tells classes apart without colours. */
  pattern?: 'none' | 'dots' | 'stripes';
}

/** In CSS pixels. */
export interface HeatmapLayout {
  cell: number;
  /** Of the names of the rows, left, and of the columns, on top. */
  labels: { width: number; height: number };
}

export interface HeatmapView {
  width: number;
  height: number;
  scrollLeft: number;
  scrollTop: number;
}

export interface HeatmapContent {
  rows: readonly { label: string }[];
  columns: readonly { label: string }[];
  cellAt: (row: number, column: number) => number | null;
  classes: readonly HeatmapClass[];
  /** Framed. */
  active: { row: number; column: number } | null;
}

const font = '11px "Inter Variable", ui-sans-serif, system-ui, sans-serif';

/** The cell at a point of the view; null on labels and outside. */
export function cellUnder(
  { cell, labels }: HeatmapLayout,
  { scrollLeft, scrollTop }: Pick<HeatmapView, 'scrollLeft' | 'scrollTop'>,
  { rows, columns }: Pick<HeatmapContent, 'rows' | 'columns'>,
  point: { x: number; y: number },
): { row: number; column: number } | null {
  if (point.x < labels.width || point.y < labels.height) return null;
  const column = Math.floor((point.x - labels.width + scrollLeft) / cell);
  const row = Math.floor((point.y - labels.height + scrollTop) / cell);
  return row < rows.length && column < columns.length ? { row, column } : null;
}

/** First and one after the last of `count` cells that a length of the view shows. */
export function visibleCells(
  cell: number,
  scroll: number,
  length: number,
  count: number,
): [first: number, end: number] {
  return [Math.max(0, Math.floor(scroll / cell)), Math.max(0, Math.min(count, Math.ceil((scroll + length) / cell)))];
}

export function drawHeatmap(
  canvas: HTMLCanvasElement,
  content: HeatmapContent,
  { cell, labels }: HeatmapLayout,
  view: HeatmapView,
  paint: (color: string, strength?: number) => string,
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { rows, columns, cellAt, classes, active } = content;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, view.width, view.height);
  const [firstColumn, endColumn] = visibleCells(cell, view.scrollLeft, view.width - labels.width, columns.length);
  const [firstRow, endRow] = visibleCells(cell, view.scrollTop, view.height - labels.height, rows.length);
  const gap = cell > 6 ? 1 : 0;
  const leftOf = (column: number): number => labels.width + column * cell - view.scrollLeft;
  const topOf = (row: number): number => labels.height + row * cell - view.scrollTop;

  context.save();
  context.beginPath();
  context.rect(labels.width, labels.height, view.width - labels.width, view.height - labels.height);
  context.clip();
  for (let row = firstRow; row < endRow; row++)
    for (let column = firstColumn; column < endColumn; column++) {
      const index = cellAt(row, column);
      const found = index === null ? undefined : classes[index];
      context.fillStyle = found === undefined ? paint('var(--sunken)') : paint(found.color);
      context.fillRect(leftOf(column), topOf(row), cell - gap, cell - gap);
      if (found?.pattern !== undefined && cell >= 8)
        drawPattern(context, found.pattern, leftOf(column), topOf(row), cell - gap, paint('var(--surface)', 0.75));
    }
  if (active !== null) {
    context.strokeStyle = paint('var(--ink)');
    context.lineWidth = 2;
    context.strokeRect(leftOf(active.column) - 0.5, topOf(active.row) - 0.5, cell, cell);
  }
  context.restore();

  context.font = font;
  context.fillStyle = paint('var(--ink-soft)');
  context.textBaseline = 'middle';
  // As many names as have room; the cells between them stay without.
  const rowStep = Math.ceil(13 / cell);
  context.save();
  context.beginPath();
  context.rect(0, labels.height, labels.width - 6, view.height - labels.height);
  context.clip();
  for (let row = firstRow - (firstRow % rowStep); row < endRow; row += rowStep)
    context.fillText(rows[row]?.label ?? '', 0, topOf(row) + cell / 2);
  context.restore();
  const columnStep = Math.ceil(44 / cell);
  for (let column = firstColumn - (firstColumn % columnStep); column < endColumn; column += columnStep)
    if (leftOf(column) >= labels.width - 1)
      context.fillText(columns[column]?.label ?? '', leftOf(column), labels.height - 8);
}

function drawPattern(
  context: CanvasRenderingContext2D,
  pattern: NonNullable<HeatmapClass['pattern']>,
  left: number,
  top: number,
  size: number,
  color: string,
): void {
  if (pattern === 'none') return;
  context.strokeStyle = context.fillStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  if (pattern === 'dots') context.arc(left + size / 2, top + size / 2, size / 6, 0, 2 * Math.PI);
  else {
    context.moveTo(left + 1, top + size - 1);
    context.lineTo(left + size - 1, top + 1);
  }
  if (pattern === 'dots') context.fill();
  else context.stroke();
}
