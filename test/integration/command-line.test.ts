/** The command line's manners: exit codes, messages without stack traces, help and version. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { type Outcome, openWorkplace } from '../command-line.ts';

vi.setConfig({ testTimeout: 60_000 });

const workplace = openWorkplace();
afterAll(() => workplace.remove());
const run = (...args: string[]): Promise<Outcome> => workplace.start(args).ended;

test('--version and --help', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  const help = await run('--help');
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('Exit codes: 0 done, 1 the run or command failed, 2 a mistake in the input');
});

describe('mistakes end with code 2, a message and no stack trace', () => {
  const config = join(workplace.folder, 'bad.yaml');
  const sound = join(workplace.folder, 'sound.yaml');
  writeFileSync(sound, 'name: sound\n');
  writeFileSync(config, 'name: bad\ngrpo:\n  updats: 5\n');
  test.each([
    [['run', 'none.yaml'], 'none.yaml: no such file'],
    [['run', config], 'bad.yaml:3: grpo.updats: unknown key; did you mean "updates"?'],
    [['run', config, '--set', 'grpo.updates'], 'not of the form key=value'],
    [['run'], "missing required argument 'config'"],
    [['runn'], "unknown command 'runn'"],
    [['run', config, '--sed', '1'], "unknown option '--sed'"],
    [
      ['generate', '--policy', 'x', '--prompt', 'y', '--max-tokens', 'many'],
      '--max-tokens: "many" is not a whole number ≥ 1',
    ],
    [['generate', '--policy', 'x'], "required option '--prompt <text>' not specified"],
    [['run', sound, '--no-worker'], '--no-worker: there are no other services to use'],
    [['resume', 'none'], 'no run "none" is known here'],
    [['pause', 'none'], 'no run "none" is known here'],
    [['cancel', 'none'], 'no run "none" is known here'],
    [['status', 'none'], 'no run "none" is known here'],
    [['clone', 'none'], 'no run "none" is known here'],
    [['branch', 'none', '--at', '3'], 'no run "none" is known here'],
    [['tag', 'none', 'kept'], 'no run "none" is known here'],
    [['tag', 'none'], "missing required argument 'name'"],
    [['note', 'none', 'look'], 'no run "none" is known here'],
    [['seeds', 'none', '--add', '2,3'], 'no run "none" is known here'],
    [['seeds', 'none', '--add', '2,x'], '--add: "x" is not a whole number ≥ 0'],
    [['seeds', 'none'], "required option '--add <seeds>' not specified"],
    [['branch', 'none'], "required option '--at <update>' not specified"],
    [['branch', 'none', '--at', 'last'], '--at: "last" is not a whole number ≥ 0'],
    [['evaluate', '--policy', 'x', '--dataset', 'spider'], 'Allowed choices are temptabqa-c, built-in-world'],
  ])('%j', async (args, message) => {
    const outcome = await run(...args);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
    expect(outcome.stdout).toBe('');
  });

  test('a Temporal server that does not answer', async () => {
    const good = join(workplace.folder, 'good.yaml');
    writeFileSync(good, 'name: good\n');
    const outcome = await workplace.start(['run', good], { TEMPORAL_ADDRESS: '127.0.0.1:1' }).ended;
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('Temporal at 127.0.0.1:1 does not answer');
  });
});
