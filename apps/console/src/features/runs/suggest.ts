/** What may follow where the cursor stands in the filter. */
import { factNames } from './column-names.ts';
import type { Choices } from './schemas.ts';

export interface Suggestion {
  /** Takes the place of what was begun. */
  insert: string;
  /** What it stands for, in a word. */
  kind: string;
}

const statuses = ['running', 'paused', 'stopped', 'finished', 'failed', 'cancelled'];
const most = 8;

/** `from` is where the text begins that a suggestion takes the place of. */
export function suggest(text: string, cursor: number, choices: Choices): { from: number; items: Suggestion[] } {
  const before = text.slice(0, cursor);
  const [, field = '', operator = '', begun = ''] =
    /((?:last|max|min)\([^()\s]*\)|[^\s()":=<>!]*)(!=|<=|>=|[:=<>])?((?:"[^"]*|[^\s()"]*))$/.exec(before) ?? [];
  if (operator !== '') {
    const values = valuesOf(field, choices).filter((value) => startsLike(value, begun.replace(/^"/, '')));
    const items = values.map((value) => ({ insert: /^[^\s()"]+$/.test(value) ? value : `"${value}"`, kind: field }));
    return { from: cursor - begun.length, items: items.slice(0, most) };
  }
  const [, word = ''] = /((?:(?:last|max|min)\()?[^\s()"]*)$/.exec(before) ?? [];
  if (word === '') return { from: cursor, items: [] };
  return { from: cursor - word.length, items: fieldsLike(word, choices).slice(0, most) };
}

function valuesOf(field: string, { tags, names, sweeps, settings }: Choices): string[] {
  if (field === 'status') return statuses;
  if (field === 'tag') return tags;
  if (field === 'name') return names;
  if (field === 'sweep') return sweeps.map(({ id }) => id);
  return (settings.find(({ path }) => path === field)?.values ?? []).map(String);
}

function fieldsLike(word: string, { series, settings }: Choices): Suggestion[] {
  const scores = series.filter(({ name }) => /^(dev|test)\//.test(name));
  const all: Suggestion[] = [
    ...Object.keys(factNames).map((name) => ({ insert: `${name}:`, kind: 'fact' })),
    { insert: 'name:', kind: 'fact' },
    ...settings.filter(({ distinct }) => distinct > 1).map(({ path }) => ({ insert: `${path}=`, kind: 'setting' })),
    ...scores.map(({ name }) => ({ insert: bestOf(name), kind: 'best score' })),
    ...series.map(({ name }) => ({ insert: `${name}>`, kind: 'last value' })),
    ...settings.filter(({ distinct }) => distinct === 1).map(({ path }) => ({ insert: `${path}=`, kind: 'setting' })),
  ];
  const begin = all.filter(({ insert }) => startsLike(insert, word));
  const contain = all.filter(
    ({ insert }) => !startsLike(insert, word) && insert.toLowerCase().includes(word.toLowerCase()),
  );
  return [...begin, ...contain];
}

const bestOf = (name: string): string => (name.endsWith('error_rate') ? `min(${name})<` : `max(${name})>`);

const startsLike = (text: string, begin: string): boolean => text.toLowerCase().startsWith(begin.toLowerCase());
