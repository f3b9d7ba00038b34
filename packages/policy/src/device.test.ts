/** `device` on machines whose GPU cannot be used: a refusal that names what is missing, or the CPU with a line that says why. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { opens } from './gpu-machine.ts';
import { goldenFolder } from './test-policy.ts';

const scratch = mkdtempSync(join(tmpdir(), 'queryloop-device-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const script = `
  import { engineInfo, loadTensorflow, Policy } from ${JSON.stringify(fileURLToPath(new URL('index.ts', import.meta.url)))};
  const refusal = await loadTensorflow({ threads: 2 }).then(() => null, ({ name, message, field, hint }) => ({ name, message, field, hint }));
  const engine = refusal === null ? engineInfo() : null;
  const scores = refusal === null ? await (await Policy.load(${JSON.stringify(goldenFolder)})).score([372, 381, 426, 496]) : [];
  console.log(JSON.stringify({ refusal, engine, scores }));`;

interface Outcome {
  refusal: { name: string; message: string; field: string; hint: string } | null;
  engine: { backend: string; gpu?: object; note?: string } | null;
  scores: number[];
  stderr: string;
}

/** What comes of `device` in a process of its own, with another cache than this machine's. */
async function load(environment: Record<string, string>): Promise<Outcome> {
  const env = { ...process.env, QUERYLOOP_CACHE_DIR: scratch, ...environment };
  const args = ['--disable-warning=DEP0051', '--input-type=module', '--eval', script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
  return { ...JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), stderr };
}

const here = opens('libcuda.so.1') ? 'a driver' : 'no driver';

it.runIf(here === 'no driver')('refuses device: gpu without a driver, with the way out', async () => {
  const { refusal } = await load({ QUERYLOOP_DEVICE: 'gpu' });
  expect(refusal).toMatchObject({
    name: 'UserError',
    field: 'device',
    message: 'device: gpu cannot be used: no NVIDIA driver was found (libcuda.so.1)',
  });
  expect(refusal?.hint).toContain('npm run setup -- --gpu');
  expect(refusal?.hint).toContain('device: auto');
});

it('takes the CPU for device: auto, says why, and computes as ever', async () => {
  const { refusal, engine, scores, stderr } = await load({ QUERYLOOP_DEVICE: 'auto' });
  expect(refusal).toBeNull();
  expect(engine?.backend).toBe('tensorflow');
  expect(engine?.gpu).toBeUndefined();
  expect(engine?.note).toMatch(/^device: auto computes on the CPU: (no NVIDIA driver|there is no GPU build)/);
  expect(stderr).toContain(engine?.note);
  [-8.38532, -9.712878, -8.495144].forEach((expected, i) => expect(scores[i]).toBeCloseTo(expected, 4));
});

it('knows no other device', async () => {
  const { refusal } = await load({ QUERYLOOP_DEVICE: 'tpu' });
  expect(refusal).toMatchObject({
    field: 'QUERYLOOP_DEVICE',
    message: 'QUERYLOOP_DEVICE: "tpu" is not one of cpu, gpu, auto',
  });
});

it.runIf(process.platform === 'linux' && process.arch === 'x64' && here === 'no driver')(
  'reads the driver that nvidia-smi names, and finds that a library is missing',
  async () => {
    // Neither can be had without a GPU: a program that answers as nvidia-smi does, and a library of the driver's name.
    const [programs, libraries] = ['bin', 'lib'].map((name) => join(scratch, name)) as [string, string];
    for (const folder of [programs, libraries]) mkdirSync(folder);
    const answer = (driver: string, cuda: string) =>
      `#!/bin/sh\ncase "$1" in --query*) echo "8.0, NVIDIA A100-SXM4-40GB";; *) echo "| NVIDIA-SMI ${driver}   Driver Version: ${driver}   CUDA Version: ${cuda} |";; esac\n`;
    const smi = (driver: string, cuda: string) =>
      writeFileSync(join(programs, 'nvidia-smi'), answer(driver, cuda), { mode: 0o755 });
    const source = join(scratch, 'empty.c');
    writeFileSync(source, '');
    await promisify(execFile)('cc', ['-shared', '-fPIC', source, '-o', join(libraries, 'libcuda.so.1')]);
    const environment = {
      QUERYLOOP_DEVICE: 'gpu',
      PATH: `${programs}${delimiter}${process.env['PATH']}`,
      LD_LIBRARY_PATH: libraries,
    };
    smi('535.104.05', '12.2');
    expect((await load(environment)).refusal?.message).toContain('there is no GPU build of TensorFlow yet');

    const folder = join(scratch, `tfjs-node-gpu-4.22.0-linux-x64`);
    mkdirSync(folder);
    const [tensorflow, cuda, cudnn, driver, capability] = ['2.21.0', '12.5', '9', '525.60.13', '6.0'];
    const needs = {
      tensorflow,
      cuda,
      cudnn,
      driver,
      capability,
      libraries: ['libcuda.so.1', 'libcudnn.so.9'],
      folders: [],
    };
    writeFileSync(join(folder, 'gpu.json'), JSON.stringify(needs));
    expect((await load(environment)).refusal?.message).toContain(
      'libcudnn.so.9 cannot be opened, of the libraries of CUDA 12.5',
    );
    smi('470.57.02', '11.4');
    expect((await load(environment)).refusal?.message).toContain('470.57.02 (CUDA 11.4) is too old');
  },
);
