// Inspector 1.x without authentication: node v1-open.mjs INSPECTOR_URL GATEWAY_URL CONNECTION_TYPE

import { visit } from './browser.mjs';
import * as inspector from './inspector-v1.mjs';

const [inspectorUrl, gatewayUrl, connectionType] = process.argv.slice(2);

await visit(`v1-open-${connectionType}`, async (page, step) => {
  await inspector.open(page, inspectorUrl, gatewayUrl, connectionType);
  await step(`${connectionType}: Connect`, () => inspector.connect(page));
  await step(`${connectionType}: List Tools shows echo`, () => inspector.listTools(page));
  await step(`${connectionType}: echo returns the message`, () => inspector.runEcho(page, 'hello'));
  await step(`${connectionType}: Disconnect`, () => inspector.disconnect(page));
});
