/** MariaDB's functions of dates and times: texts such as 2001-02-03 and 2001-02-03 04:05:06. No function tells the present. */
import { formatDate, monthNames, parseFormatted, weekdayNames } from './date-formats.ts';
import { addInterval } from './date-intervals.ts';
import {
  type DateTime,
  dayNumber,
  daysInMonth,
  fromDayNumber,
  parseDate,
  parseTime,
  secondsOf,
  writeDate,
  writeTime,
} from './date-values.ts';
import { type Evaluate, strict, toInteger, toNumber, toText, type Value } from './values.ts';
import { weekOf } from './weeks.ts';

/** A function of a date; NULL for what is none. */
const ofDate = (evaluate: (date: DateTime) => Value): Evaluate =>
  strict((value) => {
    const date = parseDate(value);
    return date ? evaluate(date) : null;
  });

const ofTime = (evaluate: (seconds: number) => Value): Evaluate =>
  strict((value) => {
    const seconds = parseTime(value);
    return seconds === null ? null : evaluate(Math.abs(seconds));
  });

const dayOf = (date: DateTime): number => dayNumber(date.year, date.month, date.day);

function difference(unit: string, from: DateTime, to: DateTime): number | null {
  const seconds = secondsOf(to) - secondsOf(from);
  const sizes: Record<string, number> = { SECOND: 1, MINUTE: 60, HOUR: 3600, DAY: 86_400, WEEK: 604_800 };
  const size = sizes[unit];
  if (size !== undefined) return Math.trunc(seconds / size) + 0;
  if (unit === 'MICROSECOND') return seconds * 1_000_000;
  const months = { MONTH: 1, QUARTER: 3, YEAR: 12 }[unit];
  if (months === undefined) return null;
  const [early, late] = seconds >= 0 ? [from, to] : [to, from];
  const inMonth = (date: DateTime): number => date.day * 86_400 + date.seconds;
  const count = (late.year - early.year) * 12 + late.month - early.month - (inMonth(late) < inMonth(early) ? 1 : 0);
  return Math.sign(seconds) * Math.trunc(count / months) + 0;
}

function extract(unit: string, value: Value): Value {
  const date = parseDate(value);
  const seconds = date ? date.seconds : parseTime(value);
  const parts: Record<string, number | null> = {
    YEAR: date?.year ?? null,
    QUARTER: date && Math.ceil(date.month / 3),
    MONTH: date?.month ?? null,
    WEEK: date && weekOf(date, 0).week,
    DAY: date?.day ?? null,
    YEAR_MONTH: date && date.year * 100 + date.month,
    HOUR: seconds === null ? null : Math.trunc(seconds / 3600),
    MINUTE: seconds === null ? null : Math.trunc(seconds / 60) % 60,
    SECOND: seconds === null ? null : Math.trunc(seconds) % 60,
  };
  return parts[unit] ?? null;
}

const months = (period: number): number => {
  const year = Math.trunc(period / 100);
  return (year < 70 ? year + 2000 : year < 100 ? year + 1900 : year) * 12 + (period % 100) - 1;
};

export const dateFunctions: Record<string, Evaluate> = {
  my_date: ofDate((date) => writeDate(date, false)),
  my_timestamp: strict((value, time) => {
    const date = parseDate(value);
    if (!date) return null;
    if (time === undefined) return writeDate(date, true);
    const seconds = parseTime(time);
    return seconds === null ? null : addInterval(date, seconds, 'SECOND', true);
  }),
  my_time: strict((value) => {
    const date = /^\d{4}-/.test(toText(value)) ? parseDate(value) : null;
    const seconds = date ? date.seconds : parseTime(value);
    return seconds === null ? null : writeTime(seconds);
  }),
  my_year: ofDate(({ year }) => year),
  my_month: ofDate(({ month }) => month),
  my_day: ofDate(({ day }) => day),
  my_quarter: ofDate(({ month }) => Math.ceil(month / 3)),
  my_hour: ofTime((seconds) => Math.trunc(seconds / 3600)),
  my_minute: ofTime((seconds) => Math.trunc(seconds / 60) % 60),
  my_second: ofTime((seconds) => Math.trunc(seconds) % 60),
  my_microsecond: ofTime((seconds) => Math.round((seconds % 1) * 1_000_000)),
  my_dayofweek: ofDate((date) => ((dayOf(date) + 6) % 7) + 1),
  my_weekday: ofDate((date) => (dayOf(date) + 5) % 7),
  my_dayofyear: ofDate((date) => dayOf(date) - dayNumber(date.year, 1, 1) + 1),
  my_dayname: ofDate((date) => weekdayNames[(dayOf(date) + 6) % 7] ?? null),
  my_monthname: ofDate(({ month }) => monthNames[month - 1] ?? null),
  my_last_day: ofDate(({ year, month }) =>
    writeDate({ year, month, day: daysInMonth(year, month), seconds: 0, timed: false }, false),
  ),
  my_to_days: ofDate(dayOf),
  my_from_days: strict((days) => writeDate(fromDayNumber(toInteger(days)), false)),
  my_week: strict((value, mode) => {
    const date = parseDate(value);
    return date ? weekOf(date, mode === undefined ? 0 : toInteger(mode)).week : null;
  }),
  my_weekofyear: ofDate((date) => weekOf(date, 3).week),
  my_yearweek: strict((value, mode) => {
    const date = parseDate(value);
    if (!date) return null;
    const { year, week } = weekOf(date, (mode === undefined ? 0 : toInteger(mode)) | 2);
    return year * 100 + week;
  }),
  my_datediff: strict((left, right) => {
    const [a, b] = [parseDate(left), parseDate(right)];
    return a && b ? dayOf(a) - dayOf(b) : null;
  }),
  my_timediff: strict((left, right) => {
    const [a, b] = [parseTime(left), parseTime(right)];
    return a === null || b === null ? null : writeTime(a - b);
  }),
  my_timestampdiff: strict((unit, from, to) => {
    const [a, b] = [parseDate(from), parseDate(to)];
    return a && b ? difference(toText(unit), a, b) : null;
  }),
  my_timestampadd: strict((unit, count, value) => {
    const date = parseDate(value);
    return date ? addInterval(date, count as Value, toText(unit)) : null;
  }),
  my_date_add: strict((value, count, unit) => {
    const date = parseDate(value);
    return date ? addInterval(date, count as Value, toText(unit)) : null;
  }),
  my_date_sub: strict((value, count, unit) => {
    const date = parseDate(value);
    return date ? addInterval(date, count as Value, toText(unit), false, -1) : null;
  }),
  my_date_format: strict((value, format) => {
    const date = parseDate(value);
    return date ? formatDate(date, toText(format)) : null;
  }),
  my_str_to_date: strict((value, format) => parseFormatted(toText(value), toText(format))),
  my_extract: strict((unit, value) => extract(toText(unit), value as Value)),
  my_makedate: strict((year, day) => {
    const [y, d] = [toInteger(year), toInteger(day)];
    if (d < 1 || y < 0) return null;
    return writeDate(fromDayNumber(dayNumber(y < 70 ? y + 2000 : y < 100 ? y + 1900 : y, 1, 1) + d - 1), false);
  }),
  my_maketime: strict((hour, minute, second) => {
    const [h, m, s] = [toInteger(hour), toInteger(minute), toNumber(second)];
    return m < 0 || m > 59 || s < 0 || s >= 60
      ? null
      : writeTime(Math.sign(h || 1) * (Math.abs(h) * 3600 + m * 60 + s));
  }),
  my_period_add: strict((period, count) => {
    const sum = months(toInteger(period)) + toInteger(count);
    return Math.trunc(sum / 12) * 100 + (sum % 12) + 1;
  }),
  my_period_diff: strict((left, right) => months(toInteger(left)) - months(toInteger(right))),
  my_sec_to_time: strict((seconds) => writeTime(toNumber(seconds))),
  my_time_to_sec: strict((value) => {
    const seconds = parseTime(value);
    return seconds === null ? null : Math.trunc(seconds);
  }),
};
