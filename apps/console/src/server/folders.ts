/** Where this console's store, artifacts and logs are: the same variables as for the CLI. */
import { type Folders, foldersOf } from '@queryloop/contracts/folders';

export function folders(): Folders {
  return foldersOf();
}
