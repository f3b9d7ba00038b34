/** WEEK's eight modes (mariadb.com/kb, "WEEK"): on which day weeks begin, and which is the first of a year. */
import { type DateTime, dayNumber } from './date-values.ts';

/** @returns the week, and the year it belongs to */
export function weekOf({ year, month, day }: DateTime, mode: number): { year: number; week: number } {
  const mondayFirst = (mode & 1) !== 0;
  const fromOne = (mode & 2) !== 0;
  // Modes 1, 3, 4 and 6 call the first week the one with four days or more in the year.
  const fourDays = mondayFirst !== ((mode & 4) !== 0);
  const today = dayNumber(year, month, day);
  const first = firstWeek(year, mondayFirst, fourDays);
  if (today < first) {
    if (!fromOne) return { year, week: 0 };
    return { year: year - 1, week: Math.floor((today - firstWeek(year - 1, mondayFirst, fourDays)) / 7) + 1 };
  }
  if (fromOne && today >= firstWeek(year + 1, mondayFirst, fourDays)) return { year: year + 1, week: 1 };
  return { year, week: Math.floor((today - first) / 7) + 1 };
}

/** Number of the day on which the first week begins. */
function firstWeek(year: number, mondayFirst: boolean, fourDays: boolean): number {
  const newYear = dayNumber(year, 1, 1);
  // Day 1 of the count is a Saturday of the year 0 … so that (n + 6) % 7 is 0 on Sundays.
  const weekday = mondayFirst ? (newYear + 5) % 7 : (newYear + 6) % 7;
  if (fourDays) return weekday <= 3 ? newYear - weekday : newYear + 7 - weekday;
  return weekday === 0 ? newYear : newYear + 7 - weekday;
}
