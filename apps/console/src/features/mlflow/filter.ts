/** MLflow's filter and order strings: comparisons joined by AND, such as `metrics.reward > 0.5 AND tags.a LIKE '%b%'`. */
import { MlflowProblem } from './errors.ts';

/** What a comparison can name; a bare name is an attribute. */
export type Place = 'metrics' | 'params' | 'tags' | 'attributes';

/** Reads a value of what is searched; undefined when it has none. */
export type Look = (place: Place, key: string) => string | number | undefined;

export type Test = (look: Look) => boolean;
export interface Order {
  place: Place;
  key: string;
  descending: boolean;
}

const places: Record<string, Place> = {
  metric: 'metrics',
  metrics: 'metrics',
  param: 'params',
  params: 'params',
  parameter: 'params',
  parameters: 'params',
  tag: 'tags',
  tags: 'tags',
  attr: 'attributes',
  attribute: 'attributes',
  attributes: 'attributes',
  run: 'attributes',
};
/** What clients of earlier versions, and people, call attributes. */
const otherNames: Record<string, string> = {
  'run name': 'run_name',
  'Run name': 'run_name',
  'Run ID': 'run_id',
  created: 'start_time',
  Created: 'start_time',
};

/** Longest filter that is read. */
const mostCharacters = 10_000;
const name = '(?:[\\w-]+\\.)?(?:`[^`]+`|"[^"]+"|[\\w./:-]+)';
const quoted = `'[^']*'|"[^"]*"`;
const listed = `\\((?:[^'"()]|${quoted})*\\)`;
const comparison = new RegExp(
  `^\\s*(${name})\\s*(?:(!=|<=|>=|=|<|>|NOT\\s+IN\\b|IN\\b|NOT\\s+I?LIKE\\b|I?LIKE\\b)\\s*(${listed}|${quoted}|[-+]?[\\w.+-]+)|(IS\\s+(?:NOT\\s+)?NULL))\\s*(?:AND\\b|$)`,
  'i',
);

/** @throws MlflowProblem for what is not understood */
export function compileFilter(text: string): Test {
  if (text.length > mostCharacters) throw unclear(`more than ${mostCharacters} characters`);
  const tests: Test[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const match = comparison.exec(rest);
    if (match === null) throw unclear(rest.slice(0, 80));
    const [whole, identifier = '', operator, value, nullness] = match;
    const { place, key } = placeOf(identifier);
    tests.push(
      nullness ? nullTest(place, key, /NOT/i.test(nullness)) : testOf(place, key, operator ?? '', value ?? ''),
    );
    const after = rest.slice(whole.length).trim();
    if (after === '' && /\bAND\s*$/i.test(whole)) throw unclear('AND at the end');
    rest = after;
  }
  return (look) => tests.every((test) => test(look));
}

/** @param text such as "metrics.reward DESC"; ascending when that is left out */
export function compileOrder(text: string): Order {
  const [, identifier, direction = 'ASC'] = new RegExp(`^\\s*(${name})(?:\\s+(ASC|DESC))?\\s*$`, 'i').exec(text) ?? [];
  if (identifier === undefined)
    throw new MlflowProblem('INVALID_PARAMETER_VALUE', `order_by is not understood: ${text}`);
  return { ...placeOf(identifier), descending: direction.toUpperCase() === 'DESC' };
}

/** Smaller first, or greater; what has no value comes last either way. */
export function compareBy({ place, key, descending }: Order, left: Look, right: Look): number {
  const [a, b] = [left(place, key), right(place, key)];
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (a === b) return 0;
  return a < b === descending ? 1 : -1;
}

function placeOf(identifier: string): { place: Place; key: string } {
  const [, prefix, rest = identifier] = /^([\w-]+)\.(.+)$/s.exec(identifier) ?? [];
  const place = prefix === undefined ? 'attributes' : places[prefix.toLowerCase()];
  if (place === undefined) throw unclear(`${prefix} in ${identifier}; metrics, params, tags and attributes are known`);
  const key = rest.replace(/^([`"])(.*)\1$/s, '$2');
  return { place, key: place === 'attributes' ? (otherNames[key] ?? key) : key };
}

function nullTest(place: Place, key: string, wanted: boolean): Test {
  return (look) => (look(place, key) !== undefined) === wanted;
}

function testOf(place: Place, key: string, operator: string, text: string): Test {
  const operation = operator.toUpperCase().replace(/\s+/g, ' ');
  const values = [...text.matchAll(new RegExp(quoted, 'g'))].map(([value]) => value.slice(1, -1));
  if (operation.endsWith('IN')) {
    if (!text.startsWith('(')) throw unclear(`${operation} wants a list: ('a', 'b')`);
    return has(place, key, (value) => values.includes(String(value)) !== operation.startsWith('NOT'));
  }
  const [given] = values;
  if (operation.endsWith('LIKE')) {
    if (given === undefined) throw unclear(`${operation} wants a text in quotes`);
    const fold = (value: string): string => (operation.endsWith('ILIKE') ? value.toLowerCase() : value);
    return has(place, key, (value) => isLike(fold(String(value)), fold(given)) !== operation.startsWith('NOT'));
  }
  if (given !== undefined && place !== 'metrics')
    return has(place, key, (value) => holds(operation, String(value), given));
  const number = Number(given ?? text);
  if (Number.isNaN(number) || place === 'params' || place === 'tags')
    throw unclear(
      `${place}.${key} is compared with ${text}; ${place === 'metrics' ? 'a number' : 'a text in quotes'} is wanted`,
    );
  return has(place, key, (value) => holds(operation, Number(value), number));
}

function has(place: Place, key: string, test: (value: string | number) => boolean): Test {
  return (look) => {
    const value = look(place, key);
    return value !== undefined && test(value);
  };
}

function holds<T extends string | number>(operator: string, left: T, right: T): boolean {
  if (operator === '=') return left === right;
  if (operator === '!=') return left !== right;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

/** SQL's LIKE: % stands for any text, _ for any character. No regular expression, whose time could grow without bounds. */
function isLike(text: string, like: string): boolean {
  let [at, next, from, after] = [0, 0, -1, -1];
  while (at < text.length) {
    if (like[next] === '%') {
      [from, after] = [at, next++];
    } else if (like[next] === '_' || like[next] === text[at]) {
      at++;
      next++;
    } else if (after >= 0) {
      // The last % takes one character more.
      [at, next] = [++from, after + 1];
    } else return false;
  }
  while (like[next] === '%') next++;
  return next === like.length;
}

function unclear(what: string): MlflowProblem {
  return new MlflowProblem('INVALID_PARAMETER_VALUE', `the filter is not understood: ${what}`);
}
