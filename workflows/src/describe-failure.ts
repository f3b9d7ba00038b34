/** Says why a run failed: which step, why, and what to do about it. */
import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, TimeoutFailure } from '@temporalio/workflow';
import { maximumAttempts } from './step-proxies.ts';

export function describeFailure(runId: string, error: unknown): string {
  return `${describeCause('run', error)}\nOnce that is mended, go on from there with: queryloop resume ${runId}`;
}

/** The same without how to go on. */
export function describeCause(noun: 'run' | 'analysis', error: unknown): string {
  const chain = causesOf(error);
  const step = chain.find((cause) => cause instanceof ActivityFailure);
  const why = chain.find((cause) => !(cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure));
  const times = step?.retryState === 'MAXIMUM_ATTEMPTS_REACHED' ? ` ${maximumAttempts} times` : '';
  const what = step === undefined ? `the ${noun} failed` : `step ${step.activityType} failed${times}`;
  return [`${what}: ${reasonOf(why, error)}`, hintOf(why)].filter((sentence) => sentence !== '').join('\n');
}

/** An error and what caused it, outermost first. */
function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}

function reasonOf(why: Error | undefined, error: unknown): string {
  if (why instanceof TimeoutFailure) return 'its worker stopped reporting, or it took too long';
  return why?.message ?? String(error);
}

function hintOf(why: Error | undefined): string {
  if (!(why instanceof ApplicationFailure)) return '';
  const { hint } = (why.details?.[0] ?? {}) as { hint?: string };
  return hint ?? '';
}
