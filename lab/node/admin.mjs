// The page for operators, with a stream open behind it: node admin.mjs ADMIN_URL GATEWAY_URL

import assert from 'node:assert/strict';
import { visit } from './browser.mjs';

const [adminUrl, gatewayUrl] = process.argv.slice(2);

await visit('admin', async (page, step) => {
  const complaints = [];
  page.on('console', message => complaints.push(message.text()));
  const rows = id => page.locator(`section[aria-labelledby=${id}] tbody tr`);
  const row = (id, ...texts) =>
    texts.reduce((found, text) => found.filter({ has: page.getByRole('cell', { name: text, exact: true }) }), rows(id));

  const response = await page.goto(adminUrl);
  await step('the page opens', async () => assert.equal(response.status(), 200));
  await step('it is ready', () => row('state', 'Ready', 'yes').waitFor());
  await step('it shows both routes', async () => {
    await row('routes', 'fastmcp').waitFor();
    await row('routes', 'closed').waitFor();
  });
  await step('FastMCP was reached', () => row('backends', 'yes').waitFor());
  await step('the refused call has code and reason', async () => {
    const cells = row('problems', 'POST /closed', 'closed', '401', 'invalid_token').getByRole('cell');
    assert.notEqual(await cells.last().innerText(), '');
  });
  await step('no secret is there', async () => {
    const text = await page.content();
    for (const secret of ['a-key-that-nobody-is-shown', 'wrong-key']) {
      assert.ok(!text.includes(secret));
    }
  });
  await step('its style applies, and nothing is complained of', async () => {
    assert.equal(await page.locator('table').first().evaluate(table => getComputedStyle(table).borderCollapse), 'collapse');
    assert.deepEqual(complaints.filter(text => !text.includes('favicon') && !text.includes('404')), []);
  });
  await step('it fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  });

  const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const hello = await fetch(gatewayUrl, { method: 'POST', headers: json, body: JSON.stringify({
    jsonrpc: '2.0', id: 1, method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'lab', version: '1' } },
  }) });
  await hello.text();
  const leave = new AbortController();
  const session = { 'mcp-session-id': hello.headers.get('mcp-session-id'), 'mcp-protocol-version': '2025-06-18' };
  const stream = fetch(gatewayUrl, { headers: { ...json, ...session }, signal: leave.signal }).catch(() => {});
  await step('an open stream is seen', async () => {
    const end = Date.now() + 10_000;
    do {
      await page.reload();
    } while (await row('requests', 'GET /mcp', 'fastmcp', 'stream').count() === 0 && Date.now() < end);
    assert.equal(await row('requests', 'GET /mcp', 'fastmcp', 'stream').count(), 1);
  });
  leave.abort();
  await stream;
});
