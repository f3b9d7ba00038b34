/** `queryloop pull`: brings a model of the Hugging Face hub into the models folder, where `policy.folder` finds it by name. */
import { relative } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { modelFolder } from '@queryloop/contracts/folders';
import { openHub } from '../pull/hub.ts';
import { pullCommit } from '../pull/pull-commit.ts';
import { openScreen } from '../screen.ts';

export interface PullOptions {
  revision: string;
  json: boolean;
}

export async function pull(repo: string, { revision, json }: PullOptions, signal: AbortSignal): Promise<void> {
  const named = revision === 'main' ? repo : `${repo}@${revision}`;
  const folder = modelFolder(named);
  if (folder === null)
    throw new UserError({
      message: `${repo} is not the name of a model on the hub`,
      field: 'repo',
      hint: 'Give owner/name, for example HuggingFaceTB/SmolLM2-135M.',
    });
  const screen = openScreen({ json });
  const record = await pullCommit(openHub(), { name: repo, revision }, { folder, screen, signal });
  screen.line(`in ${relative('.', folder)}; use it with policy.folder: ${named}`);
  if (json) process.stdout.write(`${JSON.stringify({ folder, ...record })}\n`);
}
