/** DATE_FORMAT and STR_TO_DATE. */
import { type DateTime, dayNumber, parseDate, writeDate, writeTime } from './date-values.ts';
import { weekOf } from './weeks.ts';

export const monthNames = 'January February March April May June July August September October November December'.split(
  ' ',
);
export const weekdayNames = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const two = (value: number): string => String(value).padStart(2, '0');

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return `${day}th`;
  return `${day}${['th', 'st', 'nd', 'rd'][day % 10] ?? 'th'}`;
}

export function formatDate(date: DateTime, format: string): string {
  const days = dayNumber(date.year, date.month, date.day);
  const weekday = (days + 6) % 7;
  const [hour, minute, second] = [
    Math.trunc(date.seconds / 3600),
    Math.trunc(date.seconds / 60) % 60,
    date.seconds % 60,
  ];
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  const half = hour < 12 ? 'AM' : 'PM';
  const parts: Record<string, () => string | number> = {
    Y: () => String(date.year).padStart(4, '0'),
    y: () => two(date.year % 100),
    m: () => two(date.month),
    c: () => date.month,
    M: () => monthNames[date.month - 1] ?? '',
    b: () => monthNames[date.month - 1]?.slice(0, 3) ?? '',
    d: () => two(date.day),
    e: () => date.day,
    D: () => ordinal(date.day),
    j: () => String(days - dayNumber(date.year, 1, 1) + 1).padStart(3, '0'),
    W: () => weekdayNames[weekday] ?? '',
    a: () => weekdayNames[weekday]?.slice(0, 3) ?? '',
    w: () => weekday,
    H: () => two(hour),
    k: () => hour,
    h: () => two(twelve),
    I: () => two(twelve),
    l: () => twelve,
    i: () => two(minute),
    s: () => two(Math.trunc(second)),
    S: () => two(Math.trunc(second)),
    f: () => '000000',
    p: () => half,
    T: () => `${two(hour)}:${two(minute)}:${two(second)}`,
    r: () => `${two(twelve)}:${two(minute)}:${two(second)} ${half}`,
    U: () => two(weekOf(date, 0).week),
    u: () => two(weekOf(date, 1).week),
    V: () => two(weekOf(date, 2).week),
    v: () => two(weekOf(date, 3).week),
    X: () => weekOf(date, 2).year,
    x: () => weekOf(date, 3).year,
  };
  return format.replace(/%([\s\S])/g, (_, letter: string) => String(parts[letter]?.() ?? letter));
}

const patterns: Record<string, [pattern: string, part: string]> = {
  Y: ['(\\d{1,4})', 'year'],
  y: ['(\\d{1,2})', 'shortYear'],
  m: ['(\\d{1,2})', 'month'],
  c: ['(\\d{1,2})', 'month'],
  d: ['(\\d{1,2})', 'day'],
  e: ['(\\d{1,2})', 'day'],
  M: ['([a-z]+)', 'monthName'],
  b: ['([a-z]{3})', 'monthName'],
  H: ['(\\d{1,2})', 'hour'],
  k: ['(\\d{1,2})', 'hour'],
  i: ['(\\d{1,2})', 'minute'],
  s: ['(\\d{1,2})', 'second'],
  S: ['(\\d{1,2})', 'second'],
};

/** Null for what does not follow the format. */
export function parseFormatted(text: string, format: string): string | null {
  const names: string[] = [];
  let source = '^\\s*';
  for (const piece of format.match(/%[\s\S]|[^%]+|%$/g) ?? []) {
    const known = piece.startsWith('%') ? patterns[piece.slice(1)] : undefined;
    if (known) {
      source += known[0];
      names.push(known[1]);
    } else if (piece.startsWith('%') && piece.length > 1 && piece !== '%%') return null;
    else source += piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s*');
  }
  const found = new RegExp(source, 'i').exec(text);
  if (!found) return null;
  const parts: Record<string, string> = {};
  names.forEach((name, i) => {
    parts[name] = found[i + 1] ?? '';
  });
  const short =
    parts.shortYear === undefined
      ? undefined
      : String(Number(parts.shortYear) + (Number(parts.shortYear) < 70 ? 2000 : 1900));
  const named = parts.monthName?.slice(0, 3).toLowerCase();
  const month =
    named === undefined
      ? parts.month
      : String(monthNames.findIndex((name) => name.toLowerCase().startsWith(named)) + 1);
  const year = parts.year ?? short;
  const seconds = Number(parts.hour ?? 0) * 3600 + Number(parts.minute ?? 0) * 60 + Number(parts.second ?? 0);
  const timed = parts.hour !== undefined || parts.minute !== undefined || parts.second !== undefined;
  if (year === undefined && month === undefined && parts.day === undefined) return timed ? writeTime(seconds) : null;
  const date = parseDate(`${(year ?? '0').padStart(4, '0')}-${month ?? 0}-${parts.day ?? 0}`);
  return date && writeDate({ ...date, seconds }, timed);
}
