/** Opens an export, folder or archive, for reading. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ExportedRun, ExportManifest, type Metrics, UserError } from '@queryloop/contracts';
import { unpack } from './archive.ts';
import { names } from './write-export.ts';

export interface OpenExport {
  folder: string;
  manifest: ExportManifest;
  /** Null when the file is lost or no run is described in it. */
  run: { value: ExportedRun; json: unknown } | null;
  /** By update; what cannot be read is left out. */
  metrics: Map<number, Metrics>;
}

/**
 * @param scratch empty folder that an archive is unpacked into
 * @throws UserError when it is not there, or has no manifest that can be read
 */
export async function openExport(path: string, scratch: string): Promise<OpenExport> {
  const folder = await folderOf(resolve(path), scratch);
  const text = await readFile(join(folder, names.manifest), 'utf8').catch(() => null);
  const manifest = ExportManifest.safeParse(parsed(text));
  if (!manifest.success) {
    const problem =
      text === null
        ? 'is missing'
        : `cannot be read: ${manifest.error.issues[0]?.path.join('.') || 'it'} is not as expected`;
    throw new UserError({
      message: `${path}: ${names.manifest} ${problem}`,
      field: 'export',
      hint: 'Give a folder or .tar.gz that "queryloop export" wrote.',
    });
  }
  const json = parsed(await readFile(join(folder, names.run), 'utf8').catch(() => null));
  const run = ExportedRun.safeParse(json);
  return {
    folder,
    manifest: manifest.data,
    run: run.success ? { value: run.data, json } : null,
    metrics: metricsOf(await readFile(join(folder, names.metrics), 'utf8').catch(() => '')),
  };
}

async function folderOf(path: string, scratch: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new UserError({ message: `${path}: no such folder or file`, field: 'export' });
  if (found.isDirectory()) return path;
  const folder = join(scratch, 'unpacked');
  await mkdir(folder);
  await unpack(path, folder);
  const inside = await readdir(folder);
  const [only] = inside;
  return inside.length === 1 && only !== undefined && !existsSync(join(folder, names.manifest))
    ? join(folder, only)
    : folder;
}

function metricsOf(text: string): Map<number, Metrics> {
  const lines = text.split('\n').flatMap((line) => {
    const value = parsed(line);
    return typeof value === 'object' && value !== null ? [value as Metrics & { update: number }] : [];
  });
  return new Map(lines.map(({ update, ...metrics }) => [update, metrics]));
}

/** Undefined for what is no JSON. */
function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}
