/** Tests stand beside the code and under test/. Each file has a process of its own: TensorFlow.js and better-sqlite3 are native. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,packages,workflows,activities,infra,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/generated/**'],
    pool: 'forks',
    // Tests start servers and training processes; more files at once than this only take each other's processor time.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 180_000,
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
    execArgv: ['--disable-warning=DEP0051', '--disable-warning=ExperimentalWarning'],
    reporters: ['default', './test/plain-reporter/plain-reporter.ts'],
  },
});
