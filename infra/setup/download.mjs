/** Downloads with a short wait for the first answer, so that a source that cannot be reached is given up at once. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const answerTimeoutMs = 8000;

/** Whether `url` answers soon, with success. @param {string} url */
export async function answers(url) {
  try {
    return (await request(url, { method: 'HEAD' })).ok;
  } catch {
    return false;
  }
}

/** @param {string} url @param {Record<string, string>} [headers] */
export async function downloadJson(url, headers) {
  return (await successful(url, { headers })).json();
}

/**
 * Writes `url` to `file`, telling the share done, and checks its SHA-256 when it is known.
 * @param {string} url @param {string} file @param {{ sha256?: string, note?: (detail: string) => void }} [options]
 */
export async function downloadFile(url, file, { sha256, note } = {}) {
  const response = await successful(url, {});
  const total = Number(response.headers.get('content-length')) || 0;
  const digest = createHash('sha256');
  let done = 0;
  const count = new Transform({
    transform(chunk, _, next) {
      digest.update(chunk);
      done += chunk.length;
      note?.(`downloading, ${(done / 1e6).toFixed(0)}${total ? ` of ${(total / 1e6).toFixed(0)}` : ''} MB`);
      next(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), count, createWriteStream(file));
  if (sha256 && digest.digest('hex') !== sha256) throw new Error(`${url} arrived damaged: its SHA-256 differs`);
}

async function successful(url, options) {
  const response = await request(url, options);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

/** The time limit ends with the first answer: a large file may take its time. */
async function request(url, options) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error(`${url} did not answer`)), answerTimeoutMs);
  try {
    return await fetch(url, { ...options, signal: abort.signal });
  } finally {
    clearTimeout(timer);
  }
}
