/** What can go wrong with the artifact folder, said so that a user can mend it. */
import { type ArtifactRef, UserError } from '@queryloop/contracts';

const wayOut: Record<string, [what: string, hint: string]> = {
  ENOSPC: [
    'there is no space left on the disk',
    'Free some space (old runs are the largest part) and run again; nothing half written was kept.',
  ],
  EDQUOT: [
    'the disk quota is used up',
    'Free some space (old runs are the largest part) and run again; nothing half written was kept.',
  ],
  EROFS: ['the disk is read-only', 'Work in a folder that can be written.'],
  EACCES: ['it may not be written by this user', 'Change its owner or permissions, or work in another folder.'],
  EPERM: ['it may not be written by this user', 'Change its owner or permissions, or work in another folder.'],
  ENOTDIR: ['a file stands where a folder is needed', 'Move that file away.'],
};

/** Turns the disk's refusals into UserErrors naming the folder; gives other errors back unchanged. */
export function explainWriteError(error: unknown, folder: string): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  const known = wayOut[code ?? ''];
  const elsewhere = path !== undefined && !path.startsWith(folder);
  if (known === undefined || elsewhere) return error;
  return new UserError({ message: `cannot write to the artifact folder ${folder}: ${known[0]}`, hint: known[1] });
}

export function lostArtifact({ kind, hash }: ArtifactRef, path: string): UserError {
  return new UserError({
    message: `the ${kind} artifact ${hash} is not there: ${path}`,
    hint: 'It was deleted or belongs to another folder. Put it back from a copy, or start the run again: it makes the same artifact.',
  });
}

export function damagedArtifact({ kind, hash }: ArtifactRef, path: string, found: string): UserError {
  return new UserError({
    message: `the ${kind} artifact ${hash} is damaged: ${path} now has the hash ${found}`,
    hint: 'Delete it and put it back from a copy, or start the run again: it makes the same artifact.',
  });
}
