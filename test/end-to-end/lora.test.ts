/** A run with LoRA as users do it: held and gone on with as left alone, its adapter used, merged, exported and verified. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { descendants, lastJson, type Outcome, openWorkplace, type Workplace } from '../command-line.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const smoke = fileURLToPath(new URL('../../experiments/smoke.yaml', import.meta.url));
const settings = [
  ...['policy.lora={rank: 4, dropout: 0.1}', 'grpo.beta=0.01', 'grpo.updates=5', 'evaluation.everyUpdates=5'],
  ...['dataset.name=built-in-world', 'warmStart.steps=20'],
];
const args = ['run', smoke, '--json', ...settings.flatMap((setting) => ['--set', setting])];

interface RunDocument {
  runId: string;
  checkpoint: string;
  checkpointHash: string;
}

const ofWorld = ['--dataset', 'built-in-world', '--split', 'dev'];

let workplace: Workplace;
let run: RunDocument;
const queryloop = async (...command: string[]): Promise<Outcome> => {
  const outcome = await workplace.start(command).ended;
  expect(outcome.code, outcome.stderr).toBe(0);
  return outcome;
};

beforeAll(async () => {
  workplace = openWorkplace();
  run = lastJson<RunDocument>(await queryloop(...args));
});
afterAll(() => workplace.remove());

test('a run that is held after a killed worker goes on to the same adapter', async () => {
  const other = openWorkplace();
  try {
    const held = other.start(args);
    await held.printed('update    1/5');
    const [worker] = descendants(held.child.pid as number, 'apps/worker/src/main.ts');
    process.kill(worker as number, 'SIGKILL');
    await held.printed('update    2/5');
    held.child.kill('SIGINT');
    const { code, stdout, stderr } = await held.ended;
    expect(code, stderr).toBe(130);
    const id = /run (smoke-\S+)/.exec(stdout + stderr)?.[1] as string;
    const resumed = await other.start(['resume', id, '--json']).ended;
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(lastJson<RunDocument>(resumed).checkpointHash).toBe(run.checkpointHash);
  } finally {
    other.remove();
  }
});

test('its checkpoint is an adapter, small, and used wherever a policy is', async () => {
  expect(readdirSync(run.checkpoint)).toEqual(expect.arrayContaining(['adapter_config.json', 'queryloop.json']));
  expect(existsSync(join(run.checkpoint, 'model.safetensors'))).toBe(false);
  const merged = join(workplace.folder, 'merged');
  await queryloop('export', run.runId, '--merged', 'merged', '--json');
  const bytes = (folder: string, file: string) => statSync(join(folder, file)).size;
  expect(bytes(run.checkpoint, 'adapter_model.safetensors')).toBeLessThan(bytes(merged, 'model.safetensors') / 4);
  const scores = async (folder: string) => {
    const outcome = await queryloop('score', '--policy', folder, '--text', 'how many medals', '--json');
    return lastJson<{ logProbs: number[] }>(outcome).logProbs;
  };
  const [apart, whole] = [await scores(run.checkpoint), await scores(merged)];
  apart.forEach((value, i) => expect(value).toBeCloseTo(whole[i] as number, 4));
  const accuracy = async (policy: string) => {
    const outcome = await queryloop('evaluate', '--policy', policy, ...ofWorld, '--json');
    return lastJson<{ accuracy: number }>(outcome).accuracy;
  };
  expect(await accuracy(run.checkpoint)).toBe(await accuracy(run.runId));
  const again = await workplace.start(['export', run.runId, '--merged', 'merged']).ended;
  expect(again.code).toBe(2);
  expect(again.stderr).toContain('--merged merged: is there already');
});

test('its export is verified from the adapter and the base in it', async () => {
  await queryloop('export', run.runId, '--to', 'whole');
  const verdict = lastJson<{ ok: boolean; repeated: number[] }>(await queryloop('verify', 'whole', '--json'));
  expect(verdict).toMatchObject({ ok: true });
  expect(verdict.repeated.length).toBeGreaterThan(0);
});
