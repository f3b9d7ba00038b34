/** The options of a worker process, right and wrong. */
import { UserError } from '@queryloop/contracts';
import { temporalAddress } from '@queryloop/control/temporal-address';
import { expect, test } from 'vitest';
import { workerOptions } from './worker-options.ts';

test('reads queues, concurrency, grace and where metrics are served, each with its default', () => {
  expect(workerOptions([], {})).toEqual({
    queues: ['cpu', 'policy', 'sql'],
    concurrency: { cpu: 8, policy: 1, sql: 2 },
    graceMs: 1_000,
    metrics: null,
  });
  expect(workerOptions(['--queues', 'sql, policy,sql', '--concurrency', 'policy=2,sql=4', '--grace=30'], {})).toEqual({
    queues: ['sql', 'policy'],
    concurrency: { cpu: 8, policy: 2, sql: 4 },
    graceMs: 30_000,
    metrics: null,
  });
});

test.each([
  [['--metrics', '0.0.0.0:9464'], {}, { host: '0.0.0.0', port: 9464 }],
  [['--metrics', '[::1]:0'], { QUERYLOOP_METRICS: '127.0.0.1:1' }, { host: '::1', port: 0 }],
  [[], { QUERYLOOP_METRICS: 'worker-3:80' }, { host: 'worker-3', port: 80 }],
  [[], { QUERYLOOP_METRICS: '' }, null],
])('metrics with %j and %j', (args, environment, address) => {
  expect(workerOptions(args, environment).metrics).toEqual(address);
});

test.each([
  [['--metrics', '9464'], /--metrics: "9464" is not <host>:<port>/],
  [['--metrics', 'here:99999'], /--metrics/],
  [['--metrics', '::1:9464'], /--metrics/],
  [['--queues', 'gpu'], /--queues: "gpu" is not a queue; allowed: cpu, policy, sql/],
  [['--concurrency', 'gpu=1'], /--concurrency: "gpu" is not a queue/],
  [['--concurrency', 'policy=0'], /--concurrency: "policy=0"/],
  [['--concurrency', 'policy'], /--concurrency: "policy"/],
  [['--concurrency', 'policy=1.5'], /--concurrency: "policy=1.5"/],
  [['--grace', 'soon'], /--grace: "soon"/],
  [['--grace', '1e9'], /--grace: "1e9"/],
  [['--speed', '9'], /--speed/],
])('refuses %j', (args, message) => {
  expect(() => workerOptions(args)).toThrow(message);
  expect(() => workerOptions(args)).toThrow(UserError);
});

test('finds Temporal by the environment', () => {
  expect(temporalAddress({})).toEqual({ namespace: 'default', connection: { address: '127.0.0.1:7233' } });
  expect(
    temporalAddress({ TEMPORAL_ADDRESS: 'cloud:7233', TEMPORAL_NAMESPACE: 'ours', TEMPORAL_API_KEY: 'k' }),
  ).toEqual({
    namespace: 'ours',
    connection: { address: 'cloud:7233', apiKey: 'k', tls: {} },
  });
  expect(() => temporalAddress({ TEMPORAL_TLS_CERT: import.meta.filename })).toThrow('TEMPORAL_TLS_KEY is not set');
  expect(() => temporalAddress({ TEMPORAL_TLS_CA: '/no/such.pem' })).toThrow(/TEMPORAL_TLS_CA: cannot read/);
});
