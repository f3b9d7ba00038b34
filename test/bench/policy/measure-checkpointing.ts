/**
 * What gradient checkpointing saves and costs: an update of one part with and without it, each in a process of its own.
 *
 *   node test/bench/policy/measure-checkpointing.ts [small|135m] [full|lora] [prompts] [prompt tokens] [updates]
 *
 * 8 completions of 64 tokens a prompt. Seconds are of processor time, all threads together, the least of the updates.
 */
import { inOwnProcess, printTable } from '../measure.ts';
import type { MeasuredUpdate, UpdateFigures } from './measure-update.ts';
import type { ShapeName } from './workload.ts';

const [shape = 'small', trained = 'full', prompts = '8', promptTokens = '64', updates = '3'] = process.argv.slice(2);
const work: Omit<MeasuredUpdate, 'gradientCheckpointing'> = {
  shape: shape as ShapeName,
  lora: trained === 'lora',
  prompts: Number(prompts),
  group: 8,
  promptTokens: Number(promptTokens),
  completionTokens: 64,
  updates: Number(updates),
};
const rows: string[][] = [];
for (const gradientCheckpointing of [false, true]) {
  const input: MeasuredUpdate = { ...work, gradientCheckpointing };
  const { tokens, bytesBefore, peakBytes, cpuSeconds } = await inOwnProcess<UpdateFigures>(
    new URL('measure-update.ts', import.meta.url),
    input,
  );
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  rows.push([
    gradientCheckpointing ? 'layer inputs kept' : 'all kept',
    String(tokens),
    megabytes(bytesBefore),
    megabytes(peakBytes),
    ((peakBytes - bytesBefore) / tokens / 1e3).toFixed(0),
    cpuSeconds.toFixed(2),
  ]);
}
printTable(
  `an update, ${shape}, ${trained}, ${prompts} × 8 completions of ${promptTokens} + 64 tokens`,
  ['', 'tokens', 'MB before', 'peak MB', 'kB a token', 'processor s'],
  rows,
);
