/** What every function that does something to a run or sweep needs, and what it gives back. */
import type { Store } from '@queryloop/store';
import type { Client } from '@temporalio/client';

/** Opened and closed by whoever calls. */
export interface Control {
  store: Store;
  client: Client;
  /** Who does it, as the log of actions names them: a user of the console, or "command line". */
  actor: string;
}

/** What was done, for people. */
export interface Done {
  /** Of the run or sweep it was done to; of the new one when one was begun. */
  id: string;
  /** One sentence. */
  said: string;
}
