/** How long the phases of a run took, from the time its steps took. */
import type { PhaseSeconds } from '@queryloop/contracts';
import type { Store } from '@queryloop/store';

/** Up to an update. Shards count one after the other, wherever they ran; the last test belongs to what comes after. */
export async function phaseSeconds(store: Store, runId: string, upTo: number): Promise<PhaseSeconds> {
  const seconds: PhaseSeconds = { prepare: 0, warmStart: 0, baseline: 0, train: 0, evaluate: 0, total: 0 };
  for (const { update, name, seconds: took } of await store.steps.seconds(runId, upTo)) {
    const phase = phaseOf(update, name);
    if (phase === null) continue;
    seconds[phase] += took;
    seconds.total += took;
  }
  return seconds;
}

function phaseOf(update: number, name: string): Exclude<keyof PhaseSeconds, 'total'> | null {
  const [step, split] = name.split(':');
  if (step === 'prepareDataset') return 'prepare';
  if (step === 'warmStart') return 'warmStart';
  if (step === 'comparePolicies') return null;
  if (step !== 'evaluatePolicy') return 'train';
  if (update === 0) return 'baseline';
  return split === 'test' ? null : 'evaluate';
}
