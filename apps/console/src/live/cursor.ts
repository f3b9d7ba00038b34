/** The place in a live stream as text: how far each run is known. It is the `id` of an event, so a stream goes on where it broke off. */
import type { RunPosition } from '@queryloop/store';

/** `run:metrics_dev_test_changes_check[_tokens_seconds]`, joined by commas; one line of plain characters. */
export function writeCursor(positions: ReadonlyMap<string, RunPosition>): string {
  return [...positions]
    .map(([runId, { metrics, dev, test, changes, check, spent }]) => {
      const numbers = [metrics, dev, test, changes, check, ...(spent === null ? [] : [spent.tokens, spent.seconds])];
      return `${encodeURIComponent(runId)}:${numbers.join('_')}`;
    })
    .join(',');
}

/** Leaves out what is not understood: such a run counts as unknown to the follower, who is told to read it anew. */
export function readCursor(text: string): Map<string, RunPosition> {
  const positions = new Map<string, RunPosition>();
  for (const part of text.split(',')) {
    const [, runId, place] = /^([^:]+):([^:]+)$/.exec(part) ?? [];
    const position = place === undefined ? null : positionOf(place.split('_'));
    if (runId !== undefined && position !== null) positions.set(decode(runId), position);
  }
  return positions;
}

/** The store counts no further. */
const mostPlace = 2 ** 31 - 1;

function positionOf(parts: readonly string[]): RunPosition | null {
  const [metrics, dev, test, changes] = parts.slice(0, 4).map(Number);
  const [check = ''] = parts.slice(4);
  const [tokens, seconds] = parts.slice(5).map(Number);
  const places = [metrics, dev, test, changes];
  if (
    !places.every((place) => Number.isInteger(place) && (place as number) >= -1 && (place as number) <= mostPlace) ||
    !/^[0-9a-f]*$/.test(check)
  )
    return null;
  const isSpent = Number.isFinite(tokens) && Number.isFinite(seconds);
  return {
    metrics: metrics as number,
    dev: dev as number,
    test: test as number,
    changes: changes as number,
    check,
    spent: isSpent ? { tokens: tokens as number, seconds: seconds as number } : null,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
