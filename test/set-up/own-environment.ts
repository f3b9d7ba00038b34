/**
 * Set-up of each test file: what the shell says about its user's own runs (QUERYLOOP_HOME, QUERYLOOP_STORE_URL, TEMPORAL_ADDRESS and
 * the like) is hidden from the tests and from the commands they start, which would read it and write there.
 */

/** What says where this machine has things, and what the tests draw. */
const kept = new Set([
  'QUERYLOOP_CACHE_DIR',
  'QUERYLOOP_CHROMIUM',
  'QUERYLOOP_DEVICE',
  'QUERYLOOP_FAULT_SEED',
  'QUERYLOOP_PROPERTY_SEED',
  'QUERYLOOP_TEMPTABQA_DIR',
  'QUERYLOOP_TRANSFORMERS_PYTHON',
]);

for (const name of Object.keys(process.env))
  if (/^(?:QUERYLOOP|TEMPORAL)_/.test(name) && !kept.has(name)) delete process.env[name];
