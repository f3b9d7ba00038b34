/** `npm run test:faults`: the long tests of durability, apart from `npm test`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    pool: 'forks',
    setupFiles: ['./test/set-up/own-environment.ts'],
    maxWorkers: 1,
    testTimeout: 1_800_000,
    hookTimeout: 180_000,
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
    execArgv: ['--disable-warning=DEP0051', '--disable-warning=ExperimentalWarning'],
    reporters: ['default', './test/plain-reporter/plain-reporter.ts'],
  },
});
