/** Temporal's metrics as OpenMetrics. */
import { expect, test } from 'vitest';
import { asOpenMetrics } from './temporal-metrics.ts';

test('counters are named without _total, and bounds are floats', () => {
  const given = `# HELP temporal_request_total Count of _total requests
# TYPE temporal_request_total counter
temporal_request_total{operation="A_total"} 1
# HELP temporal_total A gauge
# TYPE temporal_total gauge
temporal_total 2
# TYPE temporal_seconds histogram
temporal_seconds_bucket{operation="A",le="0.5"} 1
temporal_seconds_bucket{operation="A",le="1"} 1
temporal_seconds_bucket{operation="A",le="+Inf"} 1

`;
  expect(asOpenMetrics(given)).toBe(`# HELP temporal_request Count of _total requests
# TYPE temporal_request counter
temporal_request_total{operation="A_total"} 1
# HELP temporal_total A gauge
# TYPE temporal_total gauge
temporal_total 2
# TYPE temporal_seconds histogram
temporal_seconds_bucket{operation="A",le="0.5"} 1
temporal_seconds_bucket{operation="A",le="1.0"} 1
temporal_seconds_bucket{operation="A",le="+Inf"} 1
`);
});
