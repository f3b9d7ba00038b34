/** Records as objects of a bucket: one request each, which S3 makes atomic and durable. */
import type { Records } from '../step-cache.ts';
import type { Bucket } from './bucket.ts';

export function openS3Records(bucket: Bucket): Records {
  return { read: bucket.getText, write: bucket.putText };
}
