/** A bucket keeps the contracts, on a real server; damage, loss, refusals and a server that dies are noticed and named. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type S3Server, startS3 } from '../../../../../infra/s3/launch.ts';
import { artifactStoreContract } from '../contract-suite.ts';
import { artifactLocation, type BucketLocation } from '../location.ts';
import { checkArtifacts, openArtifacts, openStepCache } from '../open-artifacts.ts';
import { stepCacheContract } from '../step-cache-contract-suite.ts';
import { openBucket } from './bucket.ts';
import { openS3Records } from './s3-records.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-s3-'));
let server: S3Server;
beforeAll(async () => {
  server = await startS3({ folder: join(folder, 'server') });
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The environment of a machine: its own cache, the shared bucket. */
const machine = (name: string, prefix = 'shared'): NodeJS.ProcessEnv => ({
  ...process.env,
  QUERYLOOP_ARTIFACTS: `s3://${server.bucket}/${prefix}`,
  QUERYLOOP_CACHE_DIR: join(folder, 'machines', name),
});
const open = (name: string, prefix?: string) => openArtifacts('/nowhere', machine(name, prefix));
/** Where the server keeps an object. */
const objectFile = (key: string): string => join(folder, 'server', server.bucket, `${key}._S3rver_object`);
const place = ({ kind, hash }: { kind: string; hash: string }): string => `${kind}/${hash.slice(0, 2)}/${hash}`;
const writeWeights = async (into: string): Promise<void> => writeFileSync(join(into, 'weights'), 'w'.repeat(100_000));

describe('artifact contract', () => artifactStoreContract(() => open('one', 'contract')));
describe('step cache contract', () =>
  stepCacheContract(() =>
    openS3Records(openBucket(artifactLocation('', machine('one', 'steps-contract')) as BucketLocation)),
  ));

test('what one machine writes another reads, from the bucket and then from its cache', async () => {
  const value = await open('one').putJson('rollout', { from: 'one', text: 'Björn' });
  const checkpoint = await open('one').putFolder('checkpoint', writeWeights);
  expect(await open('two').getJson(value)).toEqual({ from: 'one', text: 'Björn' });
  const path = await open('two').path(checkpoint);
  expect(path.startsWith(join(folder, 'machines', 'two'))).toBe(true);
  expect(readFileSync(join(path, 'weights'), 'utf8')).toBe('w'.repeat(100_000));
  rmSync(objectFile(`shared/${place(checkpoint)}/weights`));
  expect(await open('two').path(checkpoint)).toBe(path);
  const step = { step: 'warmStart', input: { seed: 1 }, output: { checkpoint } };
  await openStepCache('', machine('one')).put('ab'.repeat(32), step);
  expect(await openStepCache('', machine('two')).producerOf(checkpoint)).toEqual(step);
});

test('a damaged copy in the cache is fetched again', async () => {
  const ref = await open('one').putFolder('checkpoint', writeWeights);
  const writer = open('three');
  await open('one').remove(ref);
  await writer.putFolder('checkpoint', writeWeights);
  writeFileSync(join(await open('two').path(ref), 'weights'), 'damaged');
  expect(readFileSync(join(await open('two').path(ref), 'weights'), 'utf8')).toBe('w'.repeat(100_000));
});

test.each(['a flipped byte', 'a lost file'])(
  'a folder with %s in the bucket is set aside and mended by writing it',
  async (how) => {
    const write = async (into: string): Promise<void> => writeFileSync(join(into, 'weights'), `${how} `.repeat(1000));
    const ref = await open('one').putFolder('checkpoint', write);
    const object = objectFile(`shared/${place(ref)}/weights`);
    if (how === 'a lost file') rmSync(object);
    else writeFileSync(object, readFileSync(object, 'utf8').replace('byte', 'bite'));
    expect(await open('four').has(ref)).toBe(true);
    await expect(open('four').path(ref)).rejects.toMatchObject({
      name: 'UserError',
      artifact: ref,
      message: expect.stringContaining(`is damaged: s3://${server.bucket}/shared/${place(ref)}`),
    });
    expect(await open('four').has(ref)).toBe(false);
    await open('five').putFolder('checkpoint', write);
    expect(readFileSync(join(await open('four').path(ref), 'weights'), 'utf8')).toBe(`${how} `.repeat(1000));
  },
);

test('a damaged value is set aside, and mended by writing it', async () => {
  const ref = await open('one').putJson('rewards', { rewards: [1, 0] });
  writeFileSync(objectFile(`shared/${place(ref)}.json`), '{"rewards":[1,1]}');
  await expect(open('six').getJson(ref)).rejects.toMatchObject({ artifact: ref });
  expect(await open('six').has(ref)).toBe(false);
  expect(existsSync(objectFile(`shared/.damaged/${place(ref)}.json`))).toBe(true);
  await open('one').putJson('rewards', { rewards: [1, 0] });
  expect(await open('six').getJson(ref)).toEqual({ rewards: [1, 0] });
});

test('without its list a folder is not there: an upload that was cut off shows nothing', async () => {
  const ref = await open('one').putFolder('checkpoint', async (into) => writeFileSync(join(into, 'a'), 'cut off'));
  rmSync(objectFile(`shared/${place(ref)}.list`));
  expect(await open('seven').has(ref)).toBe(false);
  await expect(open('seven').path(ref)).rejects.toThrow('is not there');
});

test('a server that is killed and comes back is waited for', async () => {
  await server.stop('SIGKILL');
  const writing = open('one').putJson('rollout', { while: 'away' });
  await sleep(1000);
  server = await startS3({ folder: join(folder, 'server'), port: server.port });
  expect(await open('eight').getJson(await writing)).toEqual({ while: 'away' });
});

test('what a person must mend is said as such', async () => {
  const put = (environment: NodeJS.ProcessEnv) =>
    openArtifacts('', { ...machine('nine'), ...environment }).putJson('rewards', 1);
  await expect(put({ QUERYLOOP_ARTIFACTS: 's3://no-such-bucket/x' })).rejects.toMatchObject({
    name: 'UserError',
    message: `cannot use the artifacts in s3://no-such-bucket/x at ${server.endpoint}: there is no such bucket`,
  });
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'somebody-else');
  const unknown = { name: 'UserError', message: expect.stringContaining('the access key is not known') };
  await expect(put({})).rejects.toMatchObject(unknown);
  await expect(checkArtifacts('', machine('nine'))).rejects.toMatchObject(unknown);
  vi.stubEnv('AWS_ACCESS_KEY_ID', '');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  await expect(put({})).rejects.toThrow('no credentials were found');
  vi.stubEnv('AWS_ACCESS_KEY_ID', server.environment.AWS_ACCESS_KEY_ID);
});

test('denied access is said as such', async () => {
  // The test server lets its one account do everything: this one answers as S3 does to an account without rights.
  const denying = createServer((_, response) => {
    response.writeHead(403, { 'content-type': 'application/xml' });
    response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
  });
  await new Promise<void>((resolve) => denying.listen(0, '127.0.0.1', resolve));
  const environment = machine('ten');
  environment['QUERYLOOP_S3_ENDPOINT'] = `http://127.0.0.1:${(denying.address() as AddressInfo).port}`;
  const denied = { name: 'UserError', message: expect.stringContaining('access is denied') };
  await expect(checkArtifacts('', environment)).rejects.toMatchObject(denied);
  await expect(openArtifacts('', environment).putJson('rewards', 1)).rejects.toMatchObject(denied);
  denying.close();
});

test('a service that does not answer is a mistake at the start and a fault later', async () => {
  const environment = { ...machine('eleven'), QUERYLOOP_S3_ENDPOINT: 'http://127.0.0.1:1' };
  const message = expect.stringContaining(`s3://${server.bucket}/shared at http://127.0.0.1:1 does not answer`);
  await expect(checkArtifacts('', environment)).rejects.toMatchObject({ name: 'UserError', message });
  const bucket = openBucket(artifactLocation('', environment) as BucketLocation, []);
  await expect(bucket.putText('key', 'text')).rejects.toMatchObject({ name: 'UnreachableError', message });
  await expect(checkArtifacts('', machine('eleven', 'check'))).resolves.toBeUndefined();
  expect(readdirSync(join(folder, 'server', server.bucket))).not.toContain('check');
});
