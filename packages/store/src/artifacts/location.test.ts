/** QUERYLOOP_ARTIFACTS means a folder or a bucket, and what is neither is refused by name. */
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { artifactLocation } from './location.ts';

const at = (environment: NodeJS.ProcessEnv) => artifactLocation('/home/.queryloop', environment);

test('a folder of the working folder when nothing is set', () => {
  expect(at({})).toEqual({ type: 'folder', folder: '/home/.queryloop/artifacts' });
  expect(at({ QUERYLOOP_ARTIFACTS: '' })).toEqual({ type: 'folder', folder: '/home/.queryloop/artifacts' });
});

test('any folder, relative ones to the present folder', () => {
  expect(at({ QUERYLOOP_ARTIFACTS: '/mnt/shared' })).toEqual({ type: 'folder', folder: '/mnt/shared' });
  expect(at({ QUERYLOOP_ARTIFACTS: 'shared' })).toEqual({ type: 'folder', folder: resolve('shared') });
});

test('a bucket, at the service of the first endpoint that is set', () => {
  const bucket = { type: 's3', bucket: 'my-bucket', prefix: '', endpoint: null };
  expect(at({ QUERYLOOP_ARTIFACTS: 's3://my-bucket' })).toEqual(bucket);
  expect(at({ QUERYLOOP_ARTIFACTS: 's3://my-bucket//team/a/' })).toEqual({ ...bucket, prefix: 'team/a' });
  const aws = { QUERYLOOP_ARTIFACTS: 's3://my-bucket/', AWS_ENDPOINT_URL_S3: 'http://one:9000' };
  expect(at(aws)).toEqual({ ...bucket, endpoint: 'http://one:9000' });
  expect(at({ ...aws, QUERYLOOP_S3_ENDPOINT: 'https://two' })).toEqual({ ...bucket, endpoint: 'https://two' });
});

test.each(['s3://', 's3://A', 's3://no_such', 'gs://bucket', 'file:///tmp', 'https://bucket.example'])(
  'refuses %s',
  (value) => {
    const refused = { name: 'UserError', field: 'QUERYLOOP_ARTIFACTS', message: expect.stringContaining(`"${value}"`) };
    expect(() => at({ QUERYLOOP_ARTIFACTS: value })).toThrow(expect.objectContaining(refused));
  },
);

test.each(['QUERYLOOP_S3_ENDPOINT', 'AWS_ENDPOINT_URL_S3'])('refuses a %s that is no address', (name) => {
  const refused = { name: 'UserError', field: name, message: expect.stringContaining('"storage:9000"') };
  const environment = { QUERYLOOP_ARTIFACTS: 's3://bucket', [name]: 'storage:9000' };
  expect(() => at(environment)).toThrow(expect.objectContaining(refused));
});
