/**
 * Pictures of the main pages for the README, light and dark: `node test/console/screenshots.ts [home]` serves the console on a
 * folder with runs (.queryloop when left out) and writes docs/images. Shown are the run with most updates and the newest sweep.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { foldersOf } from '@queryloop/contracts/folders';
import { startConsole } from '../../infra/console/launch.ts';
import { openBrowser, openPage, settled } from './browser.ts';

const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const home = resolve(process.argv[2] ?? '.queryloop');
/** Charts are drawn once their points are there. */
const drawingMs = 2_000;

interface Listed {
  items: { id: string; updates: { done: number } }[];
}

const folders = { ...foldersOf(), home, logs: join(home, 'logs') };
const server = await startConsole({ folders, port: 0, onBuild: () => console.log('building the console …') });
const browser = await openBrowser();
try {
  mkdirSync(images, { recursive: true });
  for (const [name, path] of Object.entries(await pagesOf(server.url)))
    for (const theme of ['light', 'dark'] as const) await shoot(name, path, theme);
} finally {
  await browser.close();
  await server.stop();
}

async function pagesOf(url: string): Promise<Record<string, string>> {
  const list = async (path: string): Promise<Listed['items']> =>
    ((await (await fetch(`${url}/api/v1/${path}`)).json()) as Listed).items;
  const runs = await list('runs?limit=100');
  const [run, ...others] = runs.sort((a, b) => b.updates.done - a.updates.done);
  if (run === undefined) throw new Error(`there is no run in ${home}`);
  const [sweep] = await list('sweeps?limit=1');
  const compared = [...others.slice(0, 3).map(({ id }) => id), ...(sweep ? [sweep.id] : [])];
  return {
    runs: '/runs',
    run: `/runs/${run.id}`,
    rollouts: `/runs/${run.id}/rollouts`,
    lens: `/runs/${run.id}/rollouts/${Math.max(1, run.updates.done - 5)}/0`,
    compare: `/compare?runs=${compared.join(',')}`,
    ...(sweep && { sweep: `/sweeps/${sweep.id}` }),
    new: '/new',
  };
}

async function shoot(name: string, path: string, theme: 'light' | 'dark'): Promise<void> {
  const { page, close } = await openPage(browser, { theme, width: 1280, height: 860 });
  await page.goto(server.url + path);
  await settled(page);
  await page.waitForTimeout(drawingMs);
  const file = join(images, `console-${name}-${theme}.png`);
  await page.screenshot({ path: file });
  console.log(file);
  await close();
}
