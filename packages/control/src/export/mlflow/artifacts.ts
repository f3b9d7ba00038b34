/** Files of a run on an MLflow server: its config and the predictions of its evaluations. */
import type { Store, StoredRun } from '@queryloop/store';
import { canonicalJson } from '@queryloop/store/artifacts';
import { stringify } from 'yaml';
import { settingsToShow } from '../tracked-run.ts';
import type { RemoteRun } from './remote-run.ts';
import { MlflowError, type MlflowServer } from './server.ts';

const folder = 'predictions';

/** Uploads what is not there, or was there with another size. A server that takes no files gets none, which a note says. */
export async function addArtifacts(
  server: MlflowServer,
  store: Store,
  run: StoredRun,
  remote: RemoteRun,
): Promise<{ files: number; notes: string[] }> {
  const root = proxied(remote.artifactUri);
  const without = (why: string) => ({ files: 0, notes: [`files are left out: ${why}`] });
  if (root === null) return without(`the server has runs keep them at ${remote.artifactUri} themselves`);
  let files = 0;
  try {
    await server.putArtifact(`${root}/config.yaml`, stringify(settingsToShow(run.config)));
    files += 1;
    const there = await sizes(server, remote);
    for (const { id, update, split } of await store.evaluations.list(run.id)) {
      const path = `${folder}/${String(update).padStart(5, '0')}-${split}.jsonl`;
      const lines = (await store.evaluations.predictions(id)).map((prediction) => `${canonicalJson(prediction)}\n`);
      const content = lines.join('');
      if (there.get(path) === Buffer.byteLength(content)) continue;
      await server.putArtifact(`${root}/${path}`, content);
      files += 1;
    }
  } catch (error) {
    if (error instanceof MlflowError) return without(error.message);
    throw error;
  }
  return { files, notes: [] };
}

/** Path below the server's artifact proxy; null when clients are to write to the storage themselves. */
function proxied(artifactUri: string): string | null {
  if (!URL.canParse(artifactUri)) return null;
  const { protocol, pathname } = new URL(artifactUri);
  return protocol === 'mlflow-artifacts:' ? pathname.replace(/^\/+/, '') : null;
}

async function sizes(server: MlflowServer, { id, created }: RemoteRun): Promise<Map<string, number>> {
  if (created) return new Map();
  const found = new Map<string, number>();
  let token: string | undefined;
  do {
    const page = (await server.get('artifacts/list', {
      run_id: id,
      path: folder,
      ...(token && { page_token: token }),
    })) as { files?: { path: string; file_size?: number | string }[]; next_page_token?: string };
    for (const { path, file_size } of page.files ?? []) found.set(path, Number(file_size));
    token = page.next_page_token;
  } while (token);
  return found;
}
