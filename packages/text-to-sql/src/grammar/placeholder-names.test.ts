/** How placeholders are called after tables and columns. */
import { expect, test } from 'vitest';
import { placeholderNames } from './placeholder-names.ts';

test('letters of other alphabets are spelled out, or left out where nothing is plain', () => {
  const name = placeholderNames(['year']);
  const names = ['Straße', 'Ørsted', 'Łódź', 'Städte', '日本', '東京'].map((table) => name(table, 'name', true));
  expect(names).toEqual(['strasse', 'orsted', 'lodz', 'stadte', 'name', 'value']);
});

test('a column keeps its name, and no two have the same', () => {
  const name = placeholderNames(['year']);
  expect(name('book', 'year', false)).toBe('book_year');
  expect(name('book', 'title', true)).toBe('book');
  expect(name('old book', 'book', false)).toBe('old_book_book');
  expect(name('book', 'title', true)).toBe('book');
});
