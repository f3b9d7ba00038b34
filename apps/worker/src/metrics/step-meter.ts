/** Counts what a worker does, for OpenMetrics. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';
import type { PolicyPool } from '../policy-pool.ts';
import type { StepResult } from '../step-cache.ts';

export interface StepMeter {
  registry: Registry<OpenMetricsContentType>;
  /** Does a step and counts it. `tried`: times that Temporal has tried it, this one included. */
  measure(step: string, tried: number, work: () => Promise<StepResult>): Promise<StepResult>;
}

/** Steps take from milliseconds (found in the cache) to the better part of an hour (an evaluation by a large policy). */
const buckets = [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

export function stepMeter(policies: PolicyPool, queues: readonly string[], code: string): StepMeter {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const steps = new Counter({
    name: 'queryloop_steps',
    help: 'Steps by name and result: done, reused (found in the step cache, or done for another run at the same time), failed.',
    labelNames: ['step', 'result'],
    registers,
  });
  const seconds = new Histogram({
    name: 'queryloop_step_seconds',
    help: 'Seconds that steps took which were done here.',
    labelNames: ['step'],
    buckets,
    registers,
  });
  const retries = new Counter({
    name: 'queryloop_step_retries',
    help: 'Steps that were begun here and had been begun before without coming to an end.',
    labelNames: ['step'],
    registers,
  });
  const queries = new Counter({
    name: 'queryloop_queries',
    help: 'Sampled queries that were run here, by what came of them: ok, wrong, empty, timeout, error.',
    labelNames: ['outcome'],
    registers,
  });
  new Gauge({
    name: 'queryloop_policy_processes',
    help: 'Processes that compute with TensorFlow.js, by whether they have a step: busy, idle.',
    labelNames: ['state'],
    registers,
    collect() {
      const { busy, idle } = policies.state();
      this.set({ state: 'busy' }, busy);
      this.set({ state: 'idle' }, idle);
    },
  });
  new Gauge({
    name: 'queryloop_resident_policies',
    help: 'Policies that are kept in memory between steps.',
    registers,
    collect() {
      this.set(policies.state().residents.policies);
    },
  });
  new Gauge({
    name: 'queryloop_resident_policy_bytes',
    help: 'Memory of these policies with their optimizers.',
    registers,
    collect() {
      this.set(policies.state().residents.bytes);
    },
  });
  new Gauge({ name: 'queryloop_worker', help: 'This worker.', labelNames: ['queues', 'code'], registers }).set(
    { queues: queues.join(','), code },
    1,
  );

  return {
    registry,
    async measure(step, tried, work) {
      if (tried > 1) retries.inc({ step });
      const startedAt = performance.now();
      try {
        const result = await work();
        steps.inc({ step, result: result.reused ? 'reused' : 'done' });
        if (!result.reused) {
          seconds.observe({ step }, (performance.now() - startedAt) / 1000);
          for (const [outcome, count] of queriesOf(step, result.output)) queries.inc({ outcome }, count);
        }
        return result;
      } catch (error) {
        steps.inc({ step, result: 'failed' });
        throw error;
      }
    },
  };
}

/** Queries by outcome, from the shares that scoring them gives. */
function queriesOf(step: string, output: unknown): [string, number][] {
  if (step !== 'scoreCompletions') return [];
  const { metrics } = output as { metrics: Record<string, number> };
  const prefix = 'execution/';
  return Object.entries(metrics)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, share]) => [name.slice(prefix.length), Math.round(share * (metrics['num_queries'] ?? 0))]);
}
