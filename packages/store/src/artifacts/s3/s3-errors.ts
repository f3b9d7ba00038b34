/** What an S3 service refuses, said so that a user can mend it, and what may pass by itself. */
import { UserError } from '@queryloop/contracts';
import type { BucketLocation } from '../location.ts';

interface Refusal {
  name?: string;
  code?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

/** The service does not answer at all: a wrong address, or a service or network that is down for now. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

const credentialsHint =
  'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN for temporary ones), or the AWS_PROFILE that has them.';
const accessHint = 'It needs to list the bucket and to get, put and delete objects under the prefix.';
const spaceHint = 'Free some space there (old runs are the largest part) and run again.';
const regionHint = 'Set AWS_REGION to the region of the bucket.';

const refusals: Record<string, [what: string, hint: string]> = {
  NoSuchBucket: ['there is no such bucket', 'Create it, or mend QUERYLOOP_ARTIFACTS.'],
  InvalidBucketName: ['the service does not take that name for a bucket', 'Mend QUERYLOOP_ARTIFACTS.'],
  AccessDenied: ['access is denied', accessHint],
  Forbidden: ['access is denied', accessHint],
  AllAccessDisabled: ['access is denied', accessHint],
  InvalidAccessKeyId: ['the access key is not known there', credentialsHint],
  // Versity S3 Gateway's word for it.
  XAdminUserNotFound: ['the access key is not known there', credentialsHint],
  SignatureDoesNotMatch: ['the secret key does not belong to the access key', credentialsHint],
  InvalidToken: ['the session token is not valid', credentialsHint],
  ExpiredToken: ['the session token has expired', credentialsHint],
  CredentialsProviderError: ['no credentials were found', credentialsHint],
  'Region is missing': ['no region is set', regionHint],
  PermanentRedirect: ['the bucket is in another region', regionHint],
  AuthorizationHeaderMalformed: ['the bucket is in another region', regionHint],
  RequestTimeTooSkewed: ["this machine's clock is wrong", 'Set the clock (NTP).'],
  EntityTooLarge: ['a file is larger than one request may be (5 GB)', 'Keep such artifacts in a shared folder.'],
  XMinioStorageFull: ['there is no space left', spaceHint],
  QuotaExceeded: ['the quota is used up', spaceHint],
};

/** 404 without a code, or with the one for keys; that of a missing bucket is another. */
export function isMissingKey(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes((error as Refusal).name ?? '');
}

/** Whether the service knows the request and does not allow it. */
export function isRefusal(error: unknown): boolean {
  return (error as Refusal).$metadata?.httpStatusCode === 403;
}

/** Whether the same request may succeed in a moment: no answer, a broken one, too many requests, or an error of the service. */
export function isPassing(error: unknown): boolean {
  if (known(error) !== undefined) return false;
  const status = (error as Refusal).$metadata?.httpStatusCode;
  return status === undefined || status === 408 || status === 429 || status >= 500;
}

/** Turns an error of the SDK into a UserError, an UnreachableError, or another error that names the bucket. */
export function explainS3Error(error: unknown, { bucket, prefix, endpoint }: BucketLocation): Error {
  const place = `s3://${bucket}/${prefix} at ${endpoint ?? 'Amazon S3'}`;
  const refusal = known(error);
  if (refusal !== undefined) {
    return new UserError({ message: `cannot use the artifacts in ${place}: ${refusal[0]}`, hint: refusal[1] });
  }
  const { name = 'Error', code, message = '', $metadata } = error as Refusal;
  if ($metadata?.httpStatusCode !== undefined)
    return new Error(`${place} answered ${$metadata.httpStatusCode}: ${name} ${message}`, { cause: error });
  return new UnreachableError(`${place} does not answer: ${code ?? name} ${message}`, { cause: error });
}

function known(error: unknown): [what: string, hint: string] | undefined {
  const { name = '', message = '' } = error as Refusal;
  return refusals[name] ?? refusals[message] ?? (isRefusal(error) ? refusals['AccessDenied'] : undefined);
}
