/** The API in this process, on a store in a folder of its own, for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '#server/auth/configuration.ts';
import { forget } from '#server/once.ts';
import { store } from '#server/store.ts';
import { createApi } from './app.ts';

export interface TestConsole {
  folder: string;
  /** A request as a program sends it, or a page with `headers`; a body that is no text is sent as JSON. */
  ask(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Response>;
  close(): Promise<void>;
}

/** What a page of the console sends along. */
export const fromPage = { host: 'localhost:3000', origin: 'http://localhost:3000', 'x-queryloop-request': '1' };

const singletons = [
  'store',
  'store checks',
  'artifacts',
  'temporal',
  'attempts',
  'seal key',
  'openid provider',
  'token lists',
];

/** `environment` holds until the console is closed. */
export function openTestConsole(environment: Environment = {}): TestConsole {
  const folder = mkdtempSync(join(tmpdir(), 'queryloop-console-'));
  const before = { ...process.env };
  Object.assign(process.env, { QUERYLOOP_HOME: folder, ...environment });
  for (const name of singletons) forget(name);
  const api = createApi();
  return {
    folder,
    ask: async (method, path, { body, headers = fromPage } = {}) => {
      const isText = typeof body === 'string';
      return await api.request(`http://localhost:3000/api/v1${path}`, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
      });
    },
    close: async () => {
      await (await store().catch(() => null))?.close();
      for (const name of singletons) forget(name);
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
