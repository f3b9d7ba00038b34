/** Entries of log files: one begins with a time and a level; lines without go on with the one before. */
import type { LogLevel, LogLine } from './artifact-schemas.ts';

const head = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (TRACE|DEBUG|INFO|WARN|ERROR) /;
const levels: Record<string, LogLevel> = { TRACE: 'debug', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' };
const order: LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** `offset`: where the text begins in the file, in bytes. Text before the first head is an entry of its own for each line. */
export function logEntries(file: string, text: string, offset: number): LogLine[] {
  const entries: LogLine[] = [];
  let at = offset;
  for (const line of text.split('\n')) {
    const [whole = '', time, level = ''] = head.exec(line) ?? [];
    const last = entries.at(-1);
    if (time !== undefined)
      entries.push({
        id: `${file}:${at}`,
        file,
        at: time,
        level: levels[level] ?? 'info',
        text: line.slice(whole.length),
      });
    else if (last !== undefined && last.at !== null) last.text += `\n${line}`;
    // What a process wrote past the logger: on its way out, more often than not.
    else if (line.trim() !== '') entries.push({ id: `${file}:${at}`, file, at: null, level: 'warn', text: line });
    at += Buffer.byteLength(line) + 1;
  }
  return entries.map((entry) => ({ ...entry, text: entry.text.trimEnd() }));
}

export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return order.indexOf(level) >= order.indexOf(least);
}
