/** `queryloop doctor`: what is installed, found and missing, and the fix. */
import { allChecks } from '../doctor/checks.ts';
import { RunFailed } from '../exit-code.ts';
import { openScreen } from '../screen.ts';

const marks = { ok: '✓', missing: '✗', optional: '–' } as const;

export async function doctor({ json }: { json: boolean }, signal: AbortSignal): Promise<void> {
  const screen = openScreen({ json });
  const checks = await allChecks(signal);
  for (const { name, status, found, fix } of checks) {
    screen.line(`${marks[status]} ${name.padEnd(26)}${found}`);
    if (fix !== undefined) screen.line(`  ${''.padEnd(26)}→ ${fix}`);
  }
  const missing = checks.filter(({ status }) => status === 'missing');
  if (json) process.stdout.write(`${JSON.stringify({ ok: missing.length === 0, checks })}\n`);
  if (missing.length > 0) throw new RunFailed(`missing: ${missing.map(({ name }) => name).join(', ')}`);
}
