// The screens of MCP Inspector 1.x, named after their buttons.

import { logIn } from './browser.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });

export async function open(page, inspectorUrl, gatewayUrl, connectionType) {
  await page.goto(`${inspectorUrl}&transport=streamable-http&serverUrl=${encodeURIComponent(gatewayUrl)}`);
  await page.getByRole('combobox', { name: 'Connection Type' }).click();
  await page.getByRole('option', { name: connectionType }).click();
}

export async function connect(page) {
  await button(page, 'Connect').click();
  await page.getByText('Connected', { exact: true }).waitFor();
}

export async function listTools(page) {
  await page.getByRole('tab', { name: 'Tools' }).click();
  await button(page, 'List Tools').click();
  await page.getByText('Return the message.').first().waitFor();
}

export async function runEcho(page, message) {
  await page.getByText('Return the message.').first().click();
  await page.getByRole('textbox', { name: 'message' }).fill(message);
  await button(page, 'Run Tool').click();
  await page.getByRole('heading', { name: 'Tool Result: Success' }).waitFor();
  await page.getByText(`"${message}"`).first().waitFor();
}

export async function disconnect(page) {
  await button(page, 'Disconnect').click();
  await page.getByText('Disconnected', { exact: true }).waitFor();
}

/** Types the client id, unless the client is to register itself, and opens the guided flow. */
export async function openGuidedFlow(page, clientId) {
  await button(page, 'Authentication').click();
  if (clientId) await page.getByRole('textbox', { name: 'Client ID' }).fill(clientId);
  await button(page, 'Open Auth Settings').click();
  await button(page, 'Guided OAuth Flow').click();
}

export async function discoverMetadata(page) {
  await button(page, 'Continue').click();
  await page.getByText('OAuth Metadata Sources').waitFor();
}

export async function registerClient(page) {
  await button(page, 'Continue').click();
  await page.getByText('Registered Client Information').waitFor();
}

export async function prepareAuthorization(page) {
  await button(page, 'Continue').click();
  await button(page, 'Open authorization URL in new tab').waitFor();
}

/** Logs in on the new tab, consents where it is asked, and returns the code its callback page shows. */
export async function acquireCode(page, asksForConsent) {
  const opened = page.waitForEvent('popup');
  await button(page, 'Open authorization URL in new tab').click();
  const tab = await opened;
  await logIn(tab);
  if (asksForConsent) await tab.getByRole('button', { name: 'Yes' }).click();
  await tab.waitForURL(/\/oauth\/callback\/debug/);
  const code = new URL(tab.url()).searchParams.get('code');
  await tab.getByText(code).first().waitFor();
  await tab.close();
  return code;
}

/** Pastes the code and exchanges it. */
export async function requestToken(page, code) {
  await page.getByRole('textbox', { name: 'Authorization Code' }).fill(code);
  await button(page, 'Continue').click();
  await button(page, 'Continue').click();
  await page.getByText('Access Tokens').waitFor();
}
