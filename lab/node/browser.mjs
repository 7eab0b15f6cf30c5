// One visit of a headless Chromium. Prints `PASS what` or `FAIL what (detail)`, one line per step;
// the first failed step ends the visit and leaves a screenshot beside the logs.

import { chromium } from 'playwright-core';

/**
 * @param {string} name names the screenshot
 * @param {(page: import('playwright-core').Page, step: (what: string, action: () => Promise<void>) => Promise<void>) => Promise<void>} walk
 */
export async function visit(name, walk) {
  const browser = await chromium.launch({ executablePath: process.env.LAB_CHROMIUM });
  // The lab's CA is unknown to the browser.
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1400, height: 1000 } });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.on('console', message => console.error(`[console] ${message.text()}`));
  page.on('requestfailed', request =>
    console.error(`[request failed] ${request.method()} ${request.url()} ${request.failure()?.errorText}`));

  const step = async (what, action) => {
    try {
      await action();
    } catch (error) {
      await page.screenshot({ path: `${process.env.LAB_LOGS}/${name}.png` });
      console.log(`FAIL ${what} (${String(error).split('\n')[0]})`);
      throw error;
    }
    console.log(`PASS ${what}`);
  };

  try {
    await walk(page, step);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

/** Logs in on Keycloak's page. */
export async function logIn(page) {
  await page.getByRole('textbox', { name: /username/i }).fill('eitan');
  await page.getByRole('textbox', { name: /password/i }).fill('test');
  await page.getByRole('button', { name: 'Sign In' }).click();
}
