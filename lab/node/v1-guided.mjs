// Inspector 1.x, guided OAuth flow: node v1-guided.mjs INSPECTOR_URL GATEWAY_URL CONNECTION_TYPE [CLIENT_ID]
// Without a client id the client registers itself.

import { visit } from './browser.mjs';
import * as inspector from './inspector-v1.mjs';

const [inspectorUrl, gatewayUrl, connectionType, clientId] = process.argv.slice(2);

await visit(`v1-guided-${connectionType}`, async (page, step) => {
  const named = (what, action) => step(`${connectionType}: ${what}`, action);
  let code;

  await inspector.open(page, inspectorUrl, gatewayUrl, connectionType);
  await named('Open Auth Settings, Guided OAuth Flow', () => inspector.openGuidedFlow(page, clientId));
  await named('Metadata Discovery', () => inspector.discoverMetadata(page));
  await named(`Client Registration (${clientId ?? 'by itself'})`, () => inspector.registerClient(page));
  await named('Preparing Authorization', () => inspector.prepareAuthorization(page));
  await named('login as eitan gives a code', async () => { code = await inspector.acquireCode(page, !clientId); });
  await named('the pasted code becomes a token', () => inspector.requestToken(page, code));
  await named('Connect', () => inspector.connect(page));
  await named('List Tools shows echo', () => inspector.listTools(page));
  await named('echo returns the message', () => inspector.runEcho(page, 'hello'));
  await named('Disconnect', () => inspector.disconnect(page));
});
