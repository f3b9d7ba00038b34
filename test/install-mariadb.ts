/** Global set-up of the tests: MariaDB is installed once, before files that run side by side look for it. */
import { installMariadb } from '../infra/mariadb/install.ts';

/** Where it cannot be installed, the tests that need it fail and say so; the others run. */
export function setup(): void {
  try {
    installMariadb();
  } catch (error) {
    console.error((error as Error).message);
  }
}
