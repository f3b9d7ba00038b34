/** Dates and times as numbers, and as MariaDB reads and writes them. */
import { toText, type Value } from './values.ts';

export interface DateTime {
  year: number;
  month: number;
  day: number;
  /** Since midnight. */
  seconds: number;
  /** Given with a time of day. */
  timed: boolean;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** TO_DAYS: days since the year 0 of the Gregorian calendar, drawn back beyond its time. */
export function dayNumber(year: number, month: number, day: number): number {
  // 719528 is 1970-01-01; the years before 100 need a date made step by step.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.round(date.getTime() / 86_400_000) + 719_528;
}

export function fromDayNumber(days: number): DateTime {
  const date = new Date((days - 719_528) * 86_400_000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    seconds: 0,
    timed: false,
  };
}

/** Seconds since the year 0. */
export const secondsOf = (date: DateTime): number => dayNumber(date.year, date.month, date.day) * 86_400 + date.seconds;

const fullYear = (text: string): number => {
  const year = Number(text);
  return text.length > 2 ? year : year < 70 ? 2000 + year : 1900 + year;
};

/** Year, month, day with any signs between them, or without: 20010203. Null for what is no date. */
export function parseDate(value: Value | undefined): DateTime | null {
  const text = toText(value).trim();
  const parts =
    /^(\d{4}|\d{2})[^\w\s](\d{1,2})[^\w\s](\d{1,2})(?:[T\s]+(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?)?)?/.exec(
      text,
    ) ??
    /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}(?:\.\d*)?))?$/.exec(text) ??
    /^(\d{2})(\d{2})(\d{2})$/.exec(text);
  if (!parts) return null;
  const [, year = '', month, day, hour, minute, second] = parts;
  const date = { year: fullYear(year), month: Number(month), day: Number(day) };
  if (date.month > 12 || date.month < 1 || date.day < 1 || date.day > daysInMonth(date.year, date.month)) return null;
  const [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (h > 23 || m > 59 || s >= 60) return null;
  return { ...date, seconds: h * 3600 + m * 60 + s, timed: hour !== undefined };
}

/** Seconds of 12:34:56, -1:00 or 123456; of a date with a time, of its time. Null for what is no time. */
export function parseTime(value: Value | undefined): number | null {
  const text = toText(value).trim();
  const date = /^\d{4}-\d/.test(text) ? parseDate(text) : null;
  if (date) return date.seconds;
  const clock = /^(-?)(?:(\d+) )?(\d+):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?/.exec(text);
  const digits = clock ? null : /^(-?)(\d{1,7}(?:\.\d*)?)/.exec(text);
  const [, sign, days, hours, minutes, seconds] =
    clock ?? (digits ? ['', digits[1], '0', ...split(Number(digits[2]))] : []);
  if (hours === undefined || Number(minutes) > 59 || Number(seconds ?? 0) >= 60) return null;
  const total = Number(days ?? 0) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return sign === '-' ? -total : total;
}

/** HHMMSS. */
const split = (digits: number): [string, string, string] => [
  String(Math.trunc(digits / 10_000)),
  String(Math.trunc(digits / 100) % 100),
  String(digits % 100),
];

const two = (value: number): string => String(value).padStart(2, '0');

export function writeDate({ year, month, day, seconds }: DateTime, timed: boolean): string {
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return timed ? `${date} ${writeTime(seconds)}` : date;
}

export function writeTime(seconds: number): string {
  const all = Math.abs(seconds);
  const part = all % 1 === 0 ? '' : (all % 1).toFixed(6).slice(1);
  const whole = Math.trunc(all);
  return `${seconds < 0 ? '-' : ''}${two(Math.trunc(whole / 3600))}:${two(Math.trunc(whole / 60) % 60)}:${two(whole % 60)}${part}`;
}
