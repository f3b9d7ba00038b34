#!/usr/bin/env node
/**
 * Sets the project up, then runs a command of it under the project's Node: `node infra/setup/run.mjs [--gpu] [command] [argument…]`.
 * Plain Node ≥ 20.19 without packages, since npm may not have run yet.
 */
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { bin, projectNode } from './project.mjs';
import { setUp } from './set-up.mjs';
import { SetUpError } from './set-up-error.mjs';

const gpu = process.argv[2] === '--gpu';
const [command, ...args] = process.argv.slice(gpu ? 3 : 2);
try {
  await setUp({ gpu });
  if (command !== undefined) await hand(command, args);
} catch (error) {
  process.stderr.write(
    error instanceof SetUpError ? `\nset-up: ${error.message}\n${error.hint}\n` : `\nset-up failed: ${error.stack}\n`,
  );
  process.exit(error instanceof SetUpError ? 2 : 1);
}

/** Ends as the command ends. Signals are the command's business: Ctrl-C reaches it by itself, others are passed on. */
function hand(name, rest) {
  // DEP0051: TensorFlow.js calls a deprecated function of Node. Type stripping is called experimental by Node 22.
  const quiet = '--disable-warning=DEP0051 --disable-warning=ExperimentalWarning';
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${quiet}`.trim(),
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2',
    CHECKPOINT_DISABLE: '1',
  };
  // A program of a package is a file that Node runs; `node` itself is given its file as first argument.
  const program = name === 'node' ? [] : [realpathSync(join(bin, name))];
  const child = spawn(projectNode(), [...program, ...rest], { stdio: 'inherit', env });
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
