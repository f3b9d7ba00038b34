/** Tests stand beside the code and under test/. Each file has a process of its own: TensorFlow.js and better-sqlite3 are native. */
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const notOurs = ['**/node_modules/**', '**/generated/**', 'test/faults/**'];
const workflows = ['test/workflow/**/*.test.ts'];
const wholeSystem = ['test/{end-to-end,integration}/**/*.test.ts'];
const shared: TestProjectInlineConfiguration['test'] = {
  pool: 'forks',
  setupFiles: ['./test/set-up/own-environment.ts', './test/set-up/property-seed.ts'],
  testTimeout: 60_000,
  hookTimeout: 180_000,
  env: { TF_CPP_MIN_LOG_LEVEL: '2' },
  execArgv: ['--disable-warning=DEP0051', '--disable-warning=ExperimentalWarning'],
};

export default defineConfig({
  test: {
    globalSetup: './test/install-mariadb.ts',
    reporters: ['default', './test/plain-reporter/plain-reporter.ts'],
    projects: [
      {
        test: {
          ...shared,
          name: 'parts',
          include: ['{apps,packages,workflows,activities,infra,test}/**/*.test.ts'],
          exclude: [...notOurs, ...workflows, ...wholeSystem],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // These wait for Temporal more than they compute.
        test: {
          ...shared,
          name: 'workflows',
          include: workflows,
          exclude: notOurs,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // These start servers and training processes, each file its own, and wait for them.
        test: {
          ...shared,
          name: 'system',
          globalSetup: './test/install-python-tools.ts',
          include: wholeSystem,
          exclude: notOurs,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
