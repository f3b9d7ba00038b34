/** `npm run bench [-- part…] [--json] [--large] [--shape name]… [--prompt tokens]`: measures parts of Queryloop on this machine; docs/bench.md explains the figures. */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { UserError } from '@queryloop/contracts';
import { benchConsole } from './bench-console.ts';
import { benchPlatform } from './platform/bench-platform.ts';
import { benchRecovery } from './platform/bench-recovery.ts';
import { benchScaling } from './platform/bench-scaling.ts';
import { benchPolicy } from './policy/bench-policy.ts';
import { type ShapeName, shapeNames } from './policy/workload.ts';
import { benchSql } from './sql/bench-sql.ts';

const names = ['policy', 'sql', 'platform', 'workers', 'recovery', 'console', 'peer'] as const;
type Part = (typeof names)[number];

const peerVariable = 'QUERYLOOP_PEER_PYTHON';

/** Runs the parts asked for, one after another, so that none disturbs another. */
async function main(): Promise<void> {
  const { parts, json, large, shapes, promptTokens } = readArguments();
  const python = process.env[peerVariable] || null;
  const wantsPeer = parts.includes('peer');
  if (wantsPeer && python === null)
    throw new UserError({
      message: `${peerVariable} is not set`,
      field: peerVariable,
      hint: 'Set it to a Python that has torch, transformers, trl and datasets.',
    });
  const all = parts.length === 0;
  const machine = { cores: availableParallelism(), loadBefore: loadavg()[0] ?? 0, loadAfter: 0 };
  const results: Record<string, unknown> = { machine };
  console.log(`${machine.cores} cores; load before: ${machine.loadBefore.toFixed(1)} (near 0 on an idle machine)`);
  // A peer's figures mean something only next to ours from the same minutes, so the two are one measurement.
  if (all || wantsPeer || parts.includes('policy'))
    results['policy'] = await benchPolicy({ shapes, promptTokens, python: all || wantsPeer ? python : null });
  if (all || parts.includes('sql')) results['sql'] = await benchSql();
  if (all || parts.includes('platform')) results['platform'] = await benchPlatform();
  if (all || parts.includes('workers')) results['workers'] = await benchScaling();
  if (all || parts.includes('recovery')) results['recovery'] = await benchRecovery();
  if (all || parts.includes('console')) results['console'] = await benchConsole({ large });
  machine.loadAfter = loadavg()[0] ?? 0;
  if (json) process.stdout.write(`${JSON.stringify(results)}\n`);
}

interface Arguments {
  parts: Part[];
  json: boolean;
  large: boolean;
  shapes: ShapeName[];
  promptTokens: number;
}

function readArguments(): Arguments {
  const options = {
    json: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    shape: { type: 'string', multiple: true },
    prompt: { type: 'string', default: '64' },
  } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const unknown = positionals.find((part) => !(names as readonly string[]).includes(part));
    if (unknown !== undefined) throw new Error(`there is no part "${unknown}"`);
    const promptTokens = Number(values.prompt);
    if (!Number.isInteger(promptTokens) || promptTokens < 2 || promptTokens > 4000)
      throw new Error(`--prompt is ${values.prompt}; allowed: 2 to 4000 tokens`);
    const shapes = values.shape ?? shapeNames.filter((name) => values.large || name !== '135m');
    const odd = shapes.find((name) => !(shapeNames as string[]).includes(name));
    if (odd !== undefined) throw new Error(`--shape is ${odd}; allowed: ${shapeNames.join(', ')}`);
    return {
      json: values.json,
      large: values.large,
      shapes: shapes as ShapeName[],
      promptTokens,
      parts: positionals as Part[],
    };
  } catch (error) {
    throw new UserError({
      message: (error as Error).message,
      hint: `npm run bench -- [${names.join('|')}…] [--json] [--large] [--shape name]… [--prompt tokens]`,
    });
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`bench: ${error.message}${error.hint ? `\n${error.hint}` : ''}`);
  process.exitCode = 2;
}
