/** What is shown has no password, however many addresses stand in it. */
import { expect, test } from 'vitest';
import { hiddenPassword, hidePassword, hidePasswords, holdsPassword } from './hide-password.ts';

test('every address of a text loses its password', () => {
  expect(hidePassword('from mysql://u:one@h/a to\nmysql://u:t@wo@h/b')).toBe(
    'from mysql://u:…@h/a to\nmysql://u:…@h/b',
  );
  expect(hidePassword('http://127.0.0.1:3000/ and u@h')).toBe('http://127.0.0.1:3000/ and u@h');
});

test('a long word without an address is read once', () => {
  const word = 'a'.repeat(1_000_000);
  expect(hidePassword(word)).toBe(word);
});

test('every text in a value loses its passwords; other values stay', () => {
  const settings = {
    set: { database: 'mysql://u:one@h/' },
    parameters: { database: ['mysql://u:two@h/', 'sqlite'] },
    n: 1,
  };
  expect(hidePasswords(settings)).toEqual({
    set: { database: 'mysql://u:…@h/' },
    parameters: { database: ['mysql://u:…@h/', 'sqlite'] },
    n: 1,
  });
});

test('the name of an environment variable is no password, unless more stands beside it', () => {
  const named = `mysql://user:\${DATABASE_PASSWORD}@host:3306/`;
  expect(hidePassword(`to ${named} and mysql://u:secret@h/`)).toBe(`to ${named} and mysql://u:${hiddenPassword}@h/`);
  expect(holdsPassword(named)).toBe(false);
  for (const address of [`mysql://u:\${A}b@h/`, `mysql://u:\${A}@b@h/`, `mysql://u:a\${A}@h/`])
    expect(holdsPassword(address), address).toBe(true);
});
