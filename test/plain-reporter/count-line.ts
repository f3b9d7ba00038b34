/** The last line of a test run: how many tests passed and failed. */

export interface ModuleOutcome {
  /** States of the tests in one file, such as passed, failed, skipped. */
  tests: string[];
  /** State of the file itself: failed also when it does not load or a hook fails. */
  state: string;
}

/** `N passed, N failed`, skipped ones named only when there are any. What fails outside tests counts as failed. */
export function countLine(modules: readonly ModuleOutcome[], unhandledErrors: number): string {
  const count = (state: string): number =>
    modules.flatMap(({ tests }) => tests).filter((test) => test === state).length;
  const brokenFiles = modules.filter(({ state, tests }) => state === 'failed' && !tests.includes('failed')).length;
  const skipped = count('skipped') + count('pending');
  return `${count('passed')} passed, ${count('failed') + brokenFiles + unhandledErrors} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
