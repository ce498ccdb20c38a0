// The report in a real browser: no errors, no requests, every chart drawn, in both themes and on narrow pages.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlReport } from '../../reports/html/report.ts';
import { buildReportPage } from '../../tools/build.ts';
import { THREE_POLICIES } from './fixtures/summary.ts';

const CHROMIUM = '/usr/bin/chromium';
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe.skipIf(!existsSync(CHROMIUM))(`the report in Chromium (needs ${CHROMIUM})`, () => {
  let folder = '';
  let browser: Browser | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'metaltwin-report-'));
    const racks = [{ rack: 'rack-a', hosts: ['m-0', 'w-0', 'w-1', 'w-2'] }];
    await buildReportPage(folder);
    const pageScript = await readFile(join(folder, 'report-page.js'), 'utf8');
    await writeFile(join(folder, 'report.html'), htmlReport({ summary: THREE_POLICIES, racks, pageScript }));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const rows = [
    { colorScheme: 'light', width: 1440 },
    { colorScheme: 'dark', width: 768 },
    { colorScheme: 'light', width: 320 },
  ] as const;

  for (const { colorScheme, width } of rows) {
    test(`${colorScheme}, ${width} px: nothing is loaded, nothing fails, every chart is drawn, nothing sticks out`, async () => {
      const page = await browser?.newPage({ colorScheme, viewport: { width, height: 900 } });
      if (page === undefined) throw new Error('the browser is running');
      const heard: string[] = [];
      page.on('console', (message) => heard.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      const url = `file://${join(folder, 'report.html')}`;
      await page.goto(url);
      const places = page.locator('[data-chart]');
      const charts = await places.count();
      for (let i = 0; i < charts; i++) {
        await places.nth(i).scrollIntoViewIfNeeded();
        await places.nth(i).locator('svg').first().waitFor();
      }
      const seen = {
        charts,
        heard,
        requests,
        theme: await page.evaluate('document.documentElement.dataset.theme'),
        sticksOut: await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth'),
      };
      expect(seen).toEqual({ charts: 7, heard: [], requests: [url], theme: colorScheme, sticksOut: false });
      await page.close();
    });
  }

  test('the theme button changes page and charts', async () => {
    const page = await browser?.newPage({ colorScheme: 'light', viewport: { width: 1000, height: 900 } });
    if (page === undefined) throw new Error('the browser is running');
    await page.goto(`file://${join(folder, 'report.html')}`);
    const axisColor = () => page.locator('#chart-primary svg text').first().getAttribute('fill');
    await page.locator('#chart-primary svg').first().waitFor();
    const before = await axisColor();
    await page.getByRole('button', { name: 'Dark theme' }).click();
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    expect(await axisColor()).not.toBe(before);
    await page.close();
  });
});
