/** What can go wrong with artifacts and the folder they are in, said so that a user can mend it. */
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

/** @param place Where it was looked for: a path, or an address in a bucket. */
export function lostArtifact(artifact: ArtifactRef, place: string): UserError {
  return new UserError({
    message: `the ${artifact.kind} artifact ${artifact.hash} is not there: ${place}`,
    hint: 'It was deleted or belongs to another folder. Put it back from a copy, or resume the run that made it: it makes the same artifact again.',
    artifact,
  });
}

/** @param found What is wrong with it. */
export function damagedArtifact(artifact: ArtifactRef, place: string, found: string): UserError {
  return new UserError({
    message: `the ${artifact.kind} artifact ${artifact.hash} is damaged: ${place} ${found}`,
    hint: 'It was set aside. Put it back from a copy, or resume the run that made it: it makes the same artifact again.',
    artifact,
  });
}
