/** Opens the artifacts and the step cache where the environment says they are. */
import { join } from 'node:path';
import { type ArtifactStore, type StepCache, UserError } from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import { explainWriteError } from './errors.ts';
import { openLocalArtifactStore } from './local-artifact-store.ts';
import { openLocalRecords } from './local-records.ts';
import { artifactLocation } from './location.ts';
import { openBucket, UnreachableError } from './s3/bucket.ts';
import { openS3ArtifactStore } from './s3/s3-artifact-store.ts';
import { openS3Records } from './s3/s3-records.ts';
import { withStagingFolder } from './staging.ts';
import { openStepCacheIn } from './step-cache.ts';

/**
 * The artifact store of a working folder: `QUERYLOOP_ARTIFACTS`, else `<home>/artifacts`, where `home` is its `.queryloop`.
 * Artifacts of a bucket are also kept in `<cache>/artifacts` of this machine, which may be deleted at any time.
 * @throws UserError naming the variable that is set wrongly
 */
export function openArtifacts(home: string, environment: NodeJS.ProcessEnv = process.env): ArtifactStore {
  const location = artifactLocation(home, environment);
  if (location.type === 'folder') return openLocalArtifactStore(location.folder);
  const cache = openLocalArtifactStore(join(foldersOf(environment).cache, 'artifacts'));
  return openS3ArtifactStore(openBucket(location), cache);
}

/** The step cache beside the artifacts of {@link openArtifacts}. */
export function openStepCache(home: string, environment: NodeJS.ProcessEnv = process.env): StepCache {
  const location = artifactLocation(home, environment);
  return openStepCacheIn(
    location.type === 'folder' ? openLocalRecords(location.folder) : openS3Records(openBucket(location)),
  );
}

/**
 * Writes and removes a trifle where artifacts are kept, so that a program says at its start what is wrong with the place.
 * @throws UserError naming the folder or bucket; an S3 service that does not answer is one here, and a fault later
 */
export async function checkArtifacts(home: string, environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  const location = artifactLocation(home, environment);
  if (location.type === 'folder') {
    await withStagingFolder(join(location.folder, '.staging'), async () => undefined).catch((error: unknown) => {
      throw explainWriteError(error, location.folder);
    });
    return;
  }
  try {
    await openBucket(location, [200, 800]).check();
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    const hint = 'Start the service, or mend QUERYLOOP_S3_ENDPOINT (or AWS_ENDPOINT_URL_S3) and the network.';
    throw new UserError({ message: error.message, hint });
  }
}
