// A call that one connection begins and another one ends: node resume.mjs (BEGIN_URL END_URL)...
// A token comes from LAB_TOKEN.

import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { clientInfo, requestInit } from './walk.mjs';

const work = { name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 4 } };

const urls = process.argv.slice(2);
for (let i = 0; i < urls.length; i += 2) {
  const [begin, end] = urls.slice(i, i + 2);
  const first = await connect(begin);
  let resumptionToken;
  await new Promise(onprogress => {
    first.client.callTool(work, undefined, { onprogress, onresumptiontoken: token => { resumptionToken = token; } })
      .catch(() => {}); // its connection goes away
  });
  const { sessionId, protocolVersion } = first.transport;
  await first.client.close();
  await sleep(1500); // the server goes on without its client

  const second = await connect(end, sessionId);
  second.transport.setProtocolVersion(protocolVersion);
  const result = await second.client.callTool(work, undefined, { resumptionToken });
  console.log('resumed:', end, result.content[0].text);
  await second.transport.terminateSession();
  await second.client.close();
}

async function connect(url, sessionId) {
  const client = new Client(clientInfo);
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit, sessionId });
  await client.connect(transport);
  return { client, transport };
}
