/** The JSON header of a safetensors file, and what must hold of it before a tensor is read. */
import { bytesPerValue } from './half-floats.ts';
import { sizeOf } from './model-weights.ts';

/** Where a tensor stands in the file. */
export interface Entry {
  name: string;
  dtype: string;
  shape: number[];
  /** Bytes from the start of the file. */
  begin: number;
  end: number;
}

/**
 * Entries by name of a header whose values start at byte `start` of a file of `size` bytes. As the format demands, tensors follow
 * one another without gaps or overlaps and fill the file. Calls `damaged` with what is wrong otherwise.
 */
export function parseEntries(
  text: string,
  start: number,
  size: number,
  damaged: (why: string) => never,
): Map<string, Entry> {
  const header = parseObject(text) ?? damaged('its header is not JSON');
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => parseEntry(name, value, start, damaged))
    .sort((left, right) => left.begin - right.begin || left.end - right.end);
  let last = { name: 'the header', end: start };
  for (const entry of entries) {
    if (entry.end > size) damaged(`tensor ${entry.name} ends at byte ${entry.end}, the file has ${size}`);
    if (entry.begin < last.end)
      damaged(`tensor ${entry.name} starts at byte ${entry.begin}, before the end of ${last.name} at ${last.end}`);
    if (entry.begin > last.end)
      damaged(`bytes ${last.end} to ${entry.begin}, before ${entry.name}, belong to no tensor`);
    last = entry;
  }
  if (last.end !== size) damaged(`its tensors end at byte ${last.end}, the file has ${size}`);
  return new Map(entries.map((entry) => [entry.name, entry]));
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function parseEntry(name: string, value: unknown, start: number, damaged: (why: string) => never): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !areCounts(shape) || !areCounts(offsets) || offsets.length !== 2)
    return damaged(`tensor ${name} has no dtype, shape and data_offsets`);
  const [begin, end] = offsets as [number, number];
  const width = bytesPerValue[dtype];
  if (end < begin || (width !== undefined && end - begin !== sizeOf(shape) * width))
    damaged(`tensor ${name} of shape [${shape}] and type ${dtype} has bytes ${begin} to ${end}`);
  return { name, dtype, shape, begin: start + begin, end: start + end };
}

function areCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0);
}
