// The TypeScript SDK 1.x: node access-v1.mjs URL...

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { tryAll } from './access.mjs';

await tryAll(async (url, requestInit) => {
  const client = new Client({ name: 'lab', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  return client;
}, process.argv.slice(2));
