// Inspector 2.x, its own web flow: node v2-login.mjs INSPECTOR_URL

import { logIn, visit } from './browser.mjs';

const [inspectorUrl] = process.argv.slice(2);

await visit('v2-login', async (page, step) => {
  await page.goto(inspectorUrl);
  await step('the 401 leads to the login page of Keycloak', async () => {
    // The switch itself is invisible behind its drawing.
    await page.getByRole('switch', { name: 'Connect or disconnect "echo"' }).click({ force: true });
    await page.waitForURL(/\/realms\/my-realm\/protocol\/openid-connect\/auth/);
  });
  await step('login as eitan, callback, connected', async () => {
    await logIn(page);
    await page.getByText('Connected', { exact: true }).waitFor();
  });
  await step('the tools show echo', async () => {
    await page.locator('label').filter({ hasText: /^Tools$/ }).click();
    await page.getByRole('button', { name: 'Echo echo' }).waitFor();
  });
  await step('echo returns the message', async () => {
    await page.getByRole('button', { name: 'Echo echo' }).click();
    await page.getByRole('textbox', { name: 'message' }).fill('hello');
    await page.getByRole('button', { name: 'Execute Tool' }).click();
    await page.getByRole('heading', { name: 'Results' }).waitFor();
    await page.getByText('hello', { exact: true }).first().waitFor();
  });
  await step('disconnect', async () => {
    await page.getByRole('button', { name: 'Disconnect from server' }).click();
    await page.getByText('Disconnected', { exact: true }).waitFor();
  });
});
