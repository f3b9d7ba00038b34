/** The objects under one prefix of a bucket: small requests, repeated while the service is away for a moment. */
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { BucketLocation } from '../location.ts';
import { explainS3Error, isMissingKey, isPassing, isRefusal, UnreachableError } from './s3-errors.ts';

export { UnreachableError };

/** Pauses before a request is repeated: 21 s in all, the time in which a service restarts. */
const patientMs = [200, 400, 800, 1600, 3000, 5000, 10_000];

// A third of a second to load, which runs without a bucket need not pay.
const sdk = () => import('@aws-sdk/client-s3');

export interface Bucket {
  /** s3://bucket/prefix/<key>, with the endpoint: what people look for. */
  address(key: string): string;
  /** Size of an object; null when it is not there. */
  size(key: string): Promise<number | null>;
  getText(key: string): Promise<string | null>;
  /** Writes an object's content to `file`; false when it is not there. */
  getFile(key: string, file: string): Promise<boolean>;
  putText(key: string, text: string): Promise<void>;
  /** One request, so at most 5 GB a file (the limit of S3). */
  putFile(key: string, file: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** Keys that begin with `start`. */
  keys(start: string): Promise<string[]>;
  /** Writes and removes an object. */
  check(): Promise<void>;
}

/**
 * Credentials and region are found as every AWS tool finds them. All methods throw UserErrors for what a person must mend
 * (bucket, access, credentials), and other errors for faults that may pass, after repeating the request.
 */
export function openBucket(location: BucketLocation, pausesMs: readonly number[] = patientMs): Bucket {
  const { bucket: Bucket, prefix, endpoint } = location;
  const keyOf = (key: string): string => (prefix === '' ? key : `${prefix}/${key}`);
  let client: Promise<S3Client> | undefined;

  const connect = async (): Promise<S3Client> => {
    const { S3Client } = await sdk();
    return new S3Client({
      // Other services than Amazon's seldom have a host name for each bucket, or know its newer checksums.
      ...(endpoint === null
        ? {}
        : {
            endpoint,
            forcePathStyle: true,
            region: process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
          }),
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000 },
    });
  };

  const request = async <T>(send: (s3: S3Client) => Promise<T>): Promise<T> => {
    const s3 = await (client ??= connect());
    for (const pause of [...pausesMs, null]) {
      try {
        return await send(s3);
      } catch (error) {
        if (pause === null || !isPassing(error)) throw explainS3Error(error, location);
        await sleep(pause);
      }
    }
    throw new Error('a request ends with an answer or an error');
  };

  /** Gives null for an object that is not there. */
  const found = <T>(answer: Promise<T>): Promise<T | null> =>
    answer.catch((error: unknown) => {
      if (isMissingKey(error)) return null;
      throw error;
    });

  const put = (key: string, length: number, body: () => string | Readable): Promise<void> =>
    request(async (s3) => {
      const { PutObjectCommand } = await sdk();
      await s3.send(new PutObjectCommand({ Bucket, Key: keyOf(key), ContentLength: length, Body: body() }));
    });

  const open = async (s3: S3Client, key: string) => {
    const { GetObjectCommand } = await sdk();
    return (await found(s3.send(new GetObjectCommand({ Bucket, Key: keyOf(key) }))))?.Body ?? null;
  };

  const remove = (key: string): Promise<void> =>
    request(async (s3) => {
      const { DeleteObjectCommand } = await sdk();
      await s3.send(new DeleteObjectCommand({ Bucket, Key: keyOf(key) }));
    });

  const putText = (key: string, text: string): Promise<void> => put(key, Buffer.byteLength(text), () => text);

  return {
    address: (key) => `s3://${Bucket}/${keyOf(key)}${endpoint === null ? '' : ` at ${endpoint}`}`,
    size: (key) =>
      request(async (s3) => {
        const { HeadObjectCommand } = await sdk();
        const answer = await found(s3.send(new HeadObjectCommand({ Bucket, Key: keyOf(key) }))).catch(async (error) => {
          // The answer to HEAD has no body, so it cannot say why it refuses; that to GET does.
          if (isRefusal(error)) await open(s3, key);
          throw error;
        });
        return answer?.ContentLength ?? null;
      }),
    getText: (key) => request(async (s3) => (await (await open(s3, key))?.transformToString('utf8')) ?? null),
    getFile: (key, file) =>
      request(async (s3) => {
        const body = await open(s3, key);
        if (body === null) return false;
        await pipeline(body as Readable, createWriteStream(file));
        return true;
      }),
    putText,
    putFile: async (key, file) => put(key, (await stat(file)).size, () => createReadStream(file)),
    remove,
    keys: (start) =>
      request(async (s3) => {
        const { paginateListObjectsV2 } = await sdk();
        const keys: string[] = [];
        for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: keyOf(start) }))
          for (const { Key = '' } of page.Contents ?? []) keys.push(Key.slice(keyOf('').length));
        return keys;
      }),
    check: async () => {
      const key = `.check-${randomUUID()}`;
      await putText(key, '');
      await remove(key);
    },
  };
}
