/** Reporter that prints `N passed, N failed` after everything else that vitest has to say. */
import { writeSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { countLine } from './count-line.ts';

export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const outcomes = modules.map((module) => ({
      state: module.state(),
      tests: [...module.children.allTests()].map((test) => test.result().state),
    }));
    const line = countLine(outcomes, errors.length);
    // Other reporters still write after this call; the end of the process is after all of them.
    process.once('exit', () => writeSync(1, `${line}\n`));
  }
}
