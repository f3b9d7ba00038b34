/** The files that an index of safetensors shards names. Their names follow no rule: savers count in different ways. */
import { UserError } from '@queryloop/contracts';
import { indexFile } from './needed-files.ts';

/** Throws UserError for what is no index, and for names that could be other files than weights beside it. `repo` is named in errors. */
export function shardsOf(index: string, repo: string): Set<string> {
  const shards = Object.entries(weightMap(index));
  if (shards.length === 0) throw refused(`${indexFile} of ${repo} has no weight_map`);
  for (const [tensor, shard] of shards)
    if (typeof shard !== 'string' || !/^[^/\\]+\.safetensors$/.test(shard))
      throw refused(`${indexFile} of ${repo}: the file of ${tensor} is ${JSON.stringify(shard)}`);
  return new Set(shards.map(([, shard]) => shard as string));
}

function weightMap(index: string): object {
  try {
    const { weight_map: map } = JSON.parse(index) as { weight_map?: unknown };
    return typeof map === 'object' && map !== null ? map : {};
  } catch {
    return {};
  }
}

function refused(message: string): UserError {
  return new UserError({
    message,
    field: indexFile,
    hint: 'Choose another model or --revision: expected a safetensors file of the same folder for each tensor.',
  });
}
