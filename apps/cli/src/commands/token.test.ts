/** Tokens for the console, and what stands for them in its file. */
import { createHash } from 'node:crypto';
import { UserError } from '@queryloop/contracts';
import { afterEach, expect, test, vi } from 'vitest';
import { token } from './token.ts';

afterEach(() => vi.restoreAllMocks());

function printed(name: string, json: boolean): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  token(name, { role: 'operator', json });
  const text = write.mock.calls.map(([part]) => String(part)).join('');
  write.mockRestore();
  return text;
}

test('the entry is YAML with the hash of the token that is shown, whatever the name', () => {
  for (const name of ['ann', 'ann: "the boss" #1', '- [x]']) {
    const text = printed(name, false);
    const [shown] = /ql_[\w-]{43}/.exec(text) ?? [''];
    const [, quoted = '', role, sha256] = /^- name: (.*)\n {2}role: (\w+)\n {2}sha256: (\w+)$/m.exec(text) ?? [];
    // A text as JSON has it is the same text in YAML.
    expect([JSON.parse(quoted), role]).toEqual([name, 'operator']);
    expect(sha256).toBe(createHash('sha256').update(shown).digest('hex'));
  }
});

test('every token is another', () => {
  const tokens = Array.from({ length: 20 }, () => (JSON.parse(printed('ann', true)) as { token: string }).token);
  expect(new Set(tokens).size).toBe(20);
});

test.each(['', '  ', 'a\nb', 'x'.repeat(101)])('%j is no name', (name) => {
  expect(() => token(name, { role: 'viewer', json: false })).toThrow(UserError);
});
