/** Global set-up of the tests: the Python programs are installed once, before the tests that need them. */
import { pythonTools } from '../infra/python/install.ts';

/** Where they cannot be installed, the tests that need them fail and say so; the others run. */
export async function setup(): Promise<void> {
  await pythonTools().catch((error: Error) => console.error(error.message));
}
