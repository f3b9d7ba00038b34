/**
 * Tells a step that ran out of memory from other faults. TensorFlow and V8 say so where an allocation fails; V8's own heap and
 * libraries end the process with a last word on stderr; the kernel ends it without one, and counts it.
 */
import { readFileSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';

/** What a failed allocation says: TensorFlow's kernels, V8's buffers, the C++ library. */
const allocationFailed = /OOM when allocating|Array buffer allocation failed|Cannot allocate memory|std::bad_alloc/;
/** What a process writes before it ends itself. */
const lastWords = /JavaScript heap out of memory|std::bad_alloc|Cannot allocate memory|OOM when allocating/;

const bySteps: Record<string, { fields: string[]; more?: string[] }> = {
  warmStart: {
    fields: ['warmStart.microBatchTokens', 'warmStart.batchSize'],
    more: ['set `warmStart.gradientCheckpointing`'],
  },
  generateRollout: { fields: ['rollout.promptsPerUpdate', 'rollout.groupSize', 'rollout.maxTokens'] },
  updatePolicy: {
    fields: ['grpo.microBatchTokens', 'rollout.promptsPerUpdate', 'rollout.groupSize', 'rollout.maxTokens'],
    more: [
      'set `grpo.gradientCheckpointing`',
      'set `shards` above 1 in a new run (gradients are then computed in parts)',
    ],
  },
  evaluatePolicy: { fields: ['rollout.maxTokens', 'prompt.sampleValues', 'prompt.shots'] },
  evaluateFolder: { fields: ['--max-tokens'] },
};
const likeUpdates = ['computeGradient', 'snapshotPolicy'];

/** A fault at first: a fresh process, without policies of other runs in it, may have room. */
export class OutOfMemory extends Error {
  readonly step: string;

  constructor(step: string, why: string) {
    super(`out of memory: ${why}`);
    this.name = 'OutOfMemory';
    this.step = step;
  }

  /** As it is told when a fresh process had no room either. */
  asUserError(): UserError {
    const { fields, more = [] } = bySteps[likeUpdates.includes(this.step) ? 'updatePolicy' : this.step] ?? {
      fields: [],
    };
    const [field] = fields;
    const ways = [
      ...(fields.length > 0 ? [`lower ${fields.join(', ')}`] : []),
      ...more,
      'take a smaller model',
      'or give the machine or container more memory',
    ];
    const hint = `${ways.join(', ')}. QUERYLOOP_RESIDENT_MB bounds the policies that are kept between steps.`;
    return new UserError({
      message: this.message,
      ...(field !== undefined && { field }),
      hint: hint.charAt(0).toUpperCase() + hint.slice(1),
    });
  }
}

/** An error of a step as it is: OutOfMemory where an allocation failed in it. */
export function named(step: string, error: Error): Error {
  const [said] = error.message.split('\n').filter((line) => allocationFailed.test(line));
  return said === undefined ? error : new OutOfMemory(step, said.replace(/^Message: /, '').slice(0, 200));
}

/** How a process ended, with the end of what it wrote to stderr. */
export interface Death {
  cause: string | null;
  stderr: string;
  /** `kernelKills` when the step began. */
  killsBefore: number;
}

/** Why the process died, if for want of memory; null otherwise. */
export function diedOfMemory(step: string, { cause, stderr, killsBefore }: Death): OutOfMemory | null {
  const word = lastWords.exec(stderr)?.[0];
  if (word !== undefined) return new OutOfMemory(step, `${word}; the policy process ended`);
  if (cause === 'SIGKILL' && kernelKills() > killsBefore)
    return new OutOfMemory(step, 'the kernel ended a process to free memory, and the policy process was killed');
  return null;
}

/** Signals that native code may end with when it is given no memory, and says nothing of. */
export function perhapsOfMemory(cause: string | null): string {
  return cause === 'SIGSEGV' || cause === 'SIGKILL' || cause === 'SIGBUS' ? ', perhaps for want of memory' : '';
}

/** Processes that the kernel has ended for want of memory, in this container and on this machine; 0 where nobody counts. */
export function kernelKills(): number {
  const counts = ['/proc/vmstat', '/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control'].map(
    (file) => Number(/^oom_kill (\d+)$/m.exec(readOr(file, ''))?.[1] ?? 0),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
