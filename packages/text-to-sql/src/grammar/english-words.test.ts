import { expect, it } from 'vitest';
import { pluralOf, singularOf, wordsOfName } from './english-words.ts';

it.each([
  ['boat', 'boats'],
  ['home city', 'home cities'],
  ['box', 'boxes'],
  ['branch', 'branches'],
  ['bus', 'buses'],
  ['person', 'people'],
  ['series', 'series'],
  ['day', 'days'],
  ['movie', 'movies'],
  ['address', 'addresses'],
])('knows one %s and many %s', (one, many) => {
  expect(pluralOf(one)).toBe(many);
  expect(singularOf(many)).toBe(one);
  expect(singularOf(one)).toBe(one);
});

it.each([
  ['birth_year', 'birth year'],
  ['birthYear', 'birth year'],
  ['BIRTH-YEAR', 'birth year'],
  ['HTTPServer2', 'http server2'],
  ['größe', 'größe'],
])('reads %s as "%s"', (name, words) => expect(wordsOfName(name)).toBe(words));
