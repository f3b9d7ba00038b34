/** Where the policy of `--policy` lies: a folder, or the trained policy of a finished run. */
import { existsSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import { openArtifacts, openStore } from '@queryloop/store';

/** The folder itself when there is one of that name, else the checkpoint of the run of that name. Throws UserError when neither is there. */
export async function policyFolder(folderOrRun: string): Promise<string> {
  if (existsSync(folderOrRun)) return folderOrRun;
  const { home } = foldersOf();
  const run = existsSync(home) ? await runOf(home, folderOrRun) : null;
  if (run === null) {
    throw new UserError({
      message: `--policy ${folderOrRun}: no such folder, and no run of that name in ${home}`,
      field: '--policy',
      hint: 'Give a folder with config.json, model.safetensors and tokenizer.json, or the id of a run.',
    });
  }
  if (run.result === null) {
    throw new UserError({
      message: `--policy ${folderOrRun}: the run is ${run.status} and has no result yet`,
      field: '--policy',
      hint: `queryloop resume ${folderOrRun}`,
    });
  }
  return await openArtifacts(home).path(run.result.checkpoint);
}

async function runOf(home: string, id: string) {
  const store = await openStore({ folder: home });
  try {
    return await store.runs.get(id);
  } finally {
    await store.close();
  }
}
