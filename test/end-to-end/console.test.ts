/** The console in a real browser on a real platform: launch, watch, lose the worker, pause, resume, add a seed, read the verdict. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { descendants, openWorkplace } from '../command-line.ts';
import { axeViolations, openBrowser, openPage, settled } from '../console/browser.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 400_000 });

const workplace = openWorkplace();
let platform: ReturnType<typeof workplace.start>;
let browser: Browser;
let url = '';
let page: Page;
let complaints: string[] = [];
let runId = '';

beforeAll(async () => {
  platform = workplace.start(['start', '--port', '0']);
  [browser] = await Promise.all([openBrowser(), platform.printed('Console at')]);
  url = /Console at (\S+)/.exec(platform.output().stdout)?.[1] as string;
  ({ page, complaints } = await openPage(browser));
});
afterAll(async () => {
  await browser?.close();
  platform.child.kill('SIGINT');
  await platform.ended;
  workplace.remove();
});

test('a fresh console says how to begin', async () => {
  await page.goto(`${url}/`);
  await settled(page);
  expect(page.url()).toBe(`${url}/runs`);
  expect(await page.locator('#main').textContent()).toMatch(/No runs yet|no runs/i);
});

test('an experiment is written in the form, checked as one types, and launched', async () => {
  await page.goto(`${url}/new?from=template:smoke`);
  await settled(page);
  const launch = page.getByRole('button', { name: 'Launch' });
  await page.locator('#field-name').fill('watched');
  await page.locator('#field-warmStart-steps').fill('-1');
  await page.getByText('too small', { exact: false }).first().waitFor();
  expect(await launch.isDisabled()).toBe(true);
  await page.locator('#field-warmStart-steps').fill('10');
  await page.locator('#field-grpo-updates').fill('40');
  await page.getByText('40 updates', { exact: false }).waitFor();
  expect(await page.locator('.cm-content').textContent()).toContain('updates: 40');
  await launch.click();
  await page.waitForURL(/\/runs\/watched-s1-/, { timeout: 60_000 });
  runId = decodeURIComponent(new URL(page.url()).pathname.split('/')[2] as string);
});

test('its page moves by itself', async () => {
  await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
  await page.getByText(/update [3-9] of 40/).waitFor({ timeout: 200_000 });
  expect(await page.evaluate(() => (globalThis as { notReloaded?: boolean }).notReloaded)).toBe(true);
});

/** Sends a signal to the worker and all that it started. */
function signalWorker(signal: NodeJS.Signals): void {
  const workers = descendants(platform.child.pid as number, 'apps/worker/src/main.ts');
  expect(workers.length).toBeGreaterThan(0);
  for (const pid of workers) process.kill(pid, signal);
}

/**
 * Lets the worker stand still until its step is given up and waits for another one, then kills it. Whether it has a step in its hands
 * when it stops is chance: without one it goes on. @returns whether it had one
 */
async function loseWorker(): Promise<boolean> {
  signalWorker('SIGSTOP');
  const triedAgain = page.getByText(/Attempt 2/);
  await triedAgain
    .or(page.getByText('waiting for a worker'))
    .first()
    .waitFor({ timeout: 20_000 })
    .catch(() => undefined);
  const seen = await triedAgain.isVisible();
  signalWorker(seen ? 'SIGKILL' : 'SIGCONT');
  return seen;
}

test('a killed worker is seen, and the run goes on', async () => {
  let seen = false;
  for (let stops = 0; stops < 12 && !seen; stops++) {
    await page.waitForTimeout(1_000);
    seen = await loseWorker();
  }
  expect(seen).toBe(true);
  await page.getByText(/update ([12]\d|3\d|40) of 40/).waitFor({ timeout: 120_000 });
  await page.getByRole('link', { name: 'Timeline' }).click();
  await page
    .getByText(/lost worker|Tried again \([1-9]/)
    .first()
    .waitFor();
});

test('it is held, stays held over a reload, and goes on to its end', async () => {
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Resume' }).waitFor({ timeout: 60_000 });
  await page.reload();
  await page.getByText('paused').first().waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('finished', { exact: true }).first().waitFor({ timeout: 200_000 });
});

test('a second seed is added, and both are compared with their bases', async () => {
  await page.goto(`${url}/runs/${runId}`);
  await settled(page);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: /Add seeds/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').first().fill('2');
  await dialog.getByRole('button', { name: 'Begin' }).click();
  await vi.waitFor(
    async () => {
      const answer = await fetch(`${url}/api/v1/runs?filter=${encodeURIComponent('name:watched AND status:finished')}`);
      const { items } = (await answer.json()) as { items: { id: string }[] };
      expect(items).toHaveLength(2);
      await page.goto(`${url}/compare?against=base&runs=${items.map(({ id }) => id).join(',')}`);
    },
    { timeout: 200_000, interval: 2_000 },
  );
  await page.getByText(/^(better|worse|undecided)$/).waitFor({ timeout: 60_000 });
  await page.getByText('2 seeds').waitFor();
  await page.getByText(/\d+ won/).waitFor();
});

const pages = [
  ['/runs', 'Runs'],
  ['/runs/:id', 'a run'],
  ['/runs/:id/charts', 'its charts'],
  ['/runs/:id/rollouts', 'its rollouts'],
  ['/runs/:id/evaluations', 'its evaluations'],
  ['/runs/:id/timeline', 'its timeline'],
  ['/runs/:id/analyses', 'its analyses'],
  ['/runs/:id/config', 'its config'],
  ['/runs/:id/artifacts', 'its artifacts'],
  ['/runs/:id/logs', 'its logs'],
  ['/compare?runs=:id&against=base', 'Compare'],
  ['/sweeps', 'Sweeps'],
  ['/new', 'New'],
  ['/datasets', 'Datasets'],
  ['/health', 'Health'],
  ['/runs/no-such-run', 'a run that is not there'],
] as const;

test.each(pages)('%s passes axe in light and dark, and fits a phone', async (path) => {
  for (const look of [{ theme: 'light' }, { theme: 'dark', width: 390 }] as const) {
    const opened = await openPage(browser, look);
    await opened.page.goto(url + path.replace(':id', runId));
    await settled(opened.page);
    expect(await axeViolations(opened.page)).toEqual([]);
    const tooWide = await opened.page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(tooWide).toBeLessThanOrEqual(0);
    expect(opened.complaints).toEqual([]);
    await opened.close();
  }
});

test('the keyboard reaches everything: palette, search, help', async () => {
  await page.goto(`${url}/runs`);
  await settled(page);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('health');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${url}/health`);
  await page.goto(`${url}/runs`);
  await settled(page);
  await page.keyboard.press('/');
  expect(await page.evaluate('document.activeElement.tagName')).toBe('INPUT');
});

test('without Temporal the console reads on and says so; it comes back by itself', async () => {
  await page.goto(`${url}/runs`);
  await settled(page);
  const [server] = descendants(platform.child.pid as number, 'start-dev');
  process.kill(server as number, 'SIGSTOP');
  try {
    await page
      .getByText(/Temporal does not answer/)
      .first()
      .waitFor({ timeout: 60_000 });
    await page
      .getByRole('link', { name: /watched/ })
      .first()
      .waitFor();
  } finally {
    process.kill(server as number, 'SIGCONT');
  }
  await page
    .getByText(/Temporal does not answer/)
    .first()
    .waitFor({ state: 'hidden', timeout: 60_000 });
});

test('nothing broke the content security policy, and no script failed', () => {
  expect(complaints).toEqual([]);
});
