/** `queryloop disagree <run>`: where the comparators disagree about the queries of an evaluation. */
import { type ChosenDisagreements, disagreementsOf } from '@queryloop/control';
import { disagreementLines } from '../disagree/print-disagreements.ts';
import { openScreen } from '../screen.ts';
import { withKnownStore } from '../stored-run.ts';

export interface DisagreeOptions extends ChosenDisagreements {
  json: boolean;
}

export async function disagree(runId: string, { json, ...chosen }: DisagreeOptions): Promise<void> {
  const found = await withKnownStore(runId, (store) => disagreementsOf(store, runId, chosen));
  const screen = openScreen({ json });
  for (const line of disagreementLines(found)) screen.line(line);
  if (json) process.stdout.write(`${JSON.stringify(found)}\n`);
}
