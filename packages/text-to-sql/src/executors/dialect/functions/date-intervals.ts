/** Dates and intervals: 2001-01-31 + INTERVAL 1 MONTH is 2001-02-28. */
import { type DateTime, dayNumber, daysInMonth, fromDayNumber, writeDate } from './date-values.ts';
import { toInteger, toNumber, toText, type Value } from './values.ts';

const secondsIn: Record<string, number> = { SECOND: 1, MINUTE: 60, HOUR: 3600 };
const daysIn: Record<string, number> = { DAY: 1, WEEK: 7 };
const monthsIn: Record<string, number> = { MONTH: 1, QUARTER: 3, YEAR: 12 };
/** Units of two parts, whose count is a text such as '1-6'. */
const compound: Record<string, [string, string]> = {
  YEAR_MONTH: ['YEAR', 'MONTH'],
  DAY_HOUR: ['DAY', 'HOUR'],
  HOUR_MINUTE: ['HOUR', 'MINUTE'],
  MINUTE_SECOND: ['MINUTE', 'SECOND'],
};

/** @param withTime write the time of day even when neither date nor unit has one. Null outside the years 0 to 9999. */
export function addInterval(
  date: DateTime,
  count: Value,
  unit: string,
  withTime = false,
  sign: 1 | -1 = 1,
): string | null {
  const parts = compound[unit];
  if (parts) {
    const numbers = toText(count).match(/\d+/g) ?? [];
    const negative = toText(count).trim().startsWith('-') ? -1 : 1;
    const [first, second] = numbers.length > 1 ? numbers : ['0', numbers[0] ?? '0'];
    const moved = add(date, sign * negative * Number(first), parts[0]);
    return moved && written(add(moved, sign * negative * Number(second), parts[1]), withTime);
  }
  // Seconds may have decimals, other counts are whole.
  const size = unit === 'SECOND' ? toNumber(count) : toInteger(count);
  return written(add(date, sign * size, unit), withTime);
}

function written(date: DateTime | null, withTime: boolean): string | null {
  return date && date.year >= 0 && date.year <= 9999 ? writeDate(date, withTime || date.timed) : null;
}

function add(date: DateTime, count: number, unit: string): DateTime | null {
  const months = monthsIn[unit];
  if (months !== undefined) {
    const total = date.year * 12 + date.month - 1 + count * months;
    const [year, month] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
    return { ...date, year, month, day: Math.min(date.day, daysInMonth(year, month)) };
  }
  const days = daysIn[unit];
  const seconds = unit === 'MICROSECOND' ? 1e-6 : secondsIn[unit];
  if (days === undefined && seconds === undefined) return null;
  const ofDay = date.seconds + (seconds === undefined ? 0 : count * seconds);
  const shift = days === undefined ? 0 : count * days;
  const moved = fromDayNumber(dayNumber(date.year, date.month, date.day) + shift + Math.floor(ofDay / 86_400));
  return {
    ...moved,
    seconds: seconds === undefined ? date.seconds : ofDay - Math.floor(ofDay / 86_400) * 86_400,
    timed: date.timed || seconds !== undefined,
  };
}
