/** Finds the folder of TEMPTABQA-C on this machine, or fetches the benchmark at its pinned commit. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { readQuestionsTsv } from './read-questions.ts';
import { isSplitPath, type SplitFile, temptabqaSplits } from './splits.ts';

const commit = '4e9ced976b289622a5f88f093529983b475ab8b4';
const base = `https://raw.githubusercontent.com/CoRAL-ASU/TEMPTABQA-C/${commit}`;
const fileTimeoutMs = 60_000;

export interface LocateOptions {
  /** Cache of this machine; the benchmark gets its own folder in it. */
  cacheFolder: string;
  signal: AbortSignal;
  /** Called with a line for people, e.g. "downloading train_set.tsv". */
  progress?: (detail: string) => void;
  /** Splits that are needed; paths among them are left alone. */
  splits?: readonly string[];
}

/**
 * The folder: QUERYLOOP_TEMPTABQA_DIR when set, else the cache, filled from GitHub. Files of the pinned commit are checked
 * against their SHA-256. For Medium, Hard, Original_Large_Table and Original_Small_Table no checksum is recorded: there only
 * TLS and the commit in the address vouch for the content, and the file must parse.
 * @returns null when the files can be had neither way
 * @throws UserError when the variable names no folder, or a downloaded file is not the pinned one
 */
export async function locateTemptabqa(options: LocateOptions): Promise<string | null> {
  const { cacheFolder, signal, progress = () => {}, splits = ['train', 'dev', 'Original'] } = options;
  const named = process.env.QUERYLOOP_TEMPTABQA_DIR;
  if (named) {
    if (existsSync(named) && statSync(named).isDirectory()) return named;
    throw new UserError({
      message: `QUERYLOOP_TEMPTABQA_DIR names no folder: ${named}`,
      field: 'QUERYLOOP_TEMPTABQA_DIR',
      hint: 'Correct or unset it.',
    });
  }
  const folder = join(cacheFolder, `temptabqa-c-${commit.slice(0, 12)}`);
  for (const split of splits.filter((name) => !isSplitPath(name))) {
    const file = Object.hasOwn(temptabqaSplits, split) ? temptabqaSplits[split] : undefined;
    // An unknown name is reported by resolveSplit, with those allowed.
    if (!file || isIntact(join(folder, file.file), file)) continue;
    progress(`downloading ${file.file} of TEMPTABQA-C`);
    const content = await download(`${base}/${file.upstreamFolder}/${file.file}`, signal);
    if (!content) return null;
    mkdirSync(folder, { recursive: true });
    store(join(folder, file.file), content, file);
  }
  return folder;
}

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

function isIntact(path: string, { sha256: expected }: SplitFile): boolean {
  return existsSync(path) && (expected === undefined || sha256(readFileSync(path)) === expected);
}

/** Null when the network does not give the file. */
async function download(url: string, signal: AbortSignal): Promise<Uint8Array | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(fileTimeoutMs)]) });
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

/** Writes under a temporary name first: a file under its own name is whole and checked. */
function store(path: string, content: Uint8Array, { file, sha256: expected }: SplitFile): void {
  if (expected !== undefined && sha256(content) !== expected) {
    throw new UserError({
      message: `The downloaded ${file} is not that of commit ${commit} (SHA-256 ${sha256(content)}, expected ${expected})`,
      hint: 'Is a proxy altering downloads? Put the benchmark in a folder and name it in QUERYLOOP_TEMPTABQA_DIR.',
    });
  }
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, content);
    readQuestionsTsv(temporary, file);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}
