/** Where artifacts are: `QUERYLOOP_ARTIFACTS`, a folder or `s3://bucket/prefix`, else a folder of the working folder. */
import { join, resolve } from 'node:path';
import { UserError } from '@queryloop/contracts';

export type ArtifactLocation = { type: 'folder'; folder: string } | BucketLocation;

export interface BucketLocation {
  type: 's3';
  bucket: string;
  /** Without a slash at either end; empty for the whole bucket. */
  prefix: string;
  /** Of an S3-compatible service; null for Amazon's own. */
  endpoint: string | null;
}

const variable = 'QUERYLOOP_ARTIFACTS';

/** @throws UserError naming the variable that is set wrongly */
export function artifactLocation(home: string, environment: NodeJS.ProcessEnv): ArtifactLocation {
  const value = environment[variable] ?? '';
  if (value === '') return { type: 'folder', folder: join(home, 'artifacts') };
  if (!/^[a-z0-9+.-]+:\/\//i.test(value)) return { type: 'folder', folder: resolve(value) };
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(value) ?? [];
  if (bucket === undefined) {
    throw new UserError({
      message: `${variable} is "${value}", which is neither a folder nor a bucket`,
      field: variable,
      hint: 'Set it to a folder that all machines share, or to s3://bucket/prefix (bucket names have 3–63 of a–z, 0–9, dots and dashes).',
    });
  }
  return { type: 's3', bucket, prefix: prefix.split('/').filter(Boolean).join('/'), endpoint: endpointOf(environment) };
}

function endpointOf(environment: NodeJS.ProcessEnv): string | null {
  for (const name of ['QUERYLOOP_S3_ENDPOINT', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) {
    const value = environment[name] ?? '';
    if (value === '') continue;
    if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
    throw new UserError({
      message: `${name} is "${value}", which is no address of a web service`,
      field: name,
      hint: 'Set it to the address of the S3 service, for example http://storage:9000.',
    });
  }
  return null;
}
