/** A real Chromium for tests of the console's pages. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { aptInstall } from '../../infra/setup/apt-install.ts';

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Opens CHROMIUM or the system's browser, installed first where we may. Throws saying what to install. */
export async function openBrowser(): Promise<Browser> {
  const installed = (): string | undefined => process.env['CHROMIUM'] ?? programs.find((path) => existsSync(path));
  const why = installed() === undefined ? aptInstall('chromium') : null;
  const executablePath = installed();
  if (executablePath === undefined)
    throw new Error(`no Chromium was found (${why}): install it, or set CHROMIUM to the path of one`);
  // As root Chromium has no sandbox; it opens the pages of these tests only.
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

const settleTimeoutMs = 60_000;

export interface PageOptions {
  theme?: 'light' | 'dark';
  /** Pixels. */
  width?: number;
  height?: number;
}

/** A page that keeps what the browser complains of: errors of scripts, and breaches of the content security policy. */
export async function openPage(
  browser: Browser,
  { theme = 'light', width = 1280, height = 900 }: PageOptions = {},
): Promise<{ page: Page; complaints: string[]; close(): Promise<void> }> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) complaints.push(text);
  });
  return { page, complaints, close: () => context.close() };
}

/** What axe finds wrong with the page, one line each. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Run in a world of its own, where the page's content security policy does not reach.
  await page.addInitScript({ path: axe });
  await page.reload();
  await settled(page);
  const results = await page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown[]; html: string }[] }[] }> };
    };
    return (await tool.run()).violations;
  });
  return results.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, html }) => `${target} ${html}`).join(' | ')}`);
}

/** Waits until nothing in sight says that it loads. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('domcontentloaded');
  await page.locator('#main').waitFor();
  for (const deadline = Date.now() + settleTimeoutMs; await isLoading(page); await page.waitForTimeout(50))
    if (Date.now() > deadline) throw new Error(`${page.url()} goes on loading`);
}

/** Charts further down begin to load when they come into sight. Not asked by a function in the page: its policy allows no eval. */
async function isLoading(page: Page): Promise<boolean> {
  const { height } = page.viewportSize() ?? { height: 0 };
  const marks = await page.locator('[aria-label="Loading"]').all();
  const places = await Promise.all(marks.map((mark) => mark.boundingBox({ timeout: 1_000 }).catch(() => null)));
  return places.some((place) => place !== null && place.y < height);
}
