// The TypeScript SDK 2.x: node access-v2.mjs MODE URL..., where MODE is "legacy" or a revision.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { tryAll } from './access.mjs';

const [mode, ...urls] = process.argv.slice(2);
const versionNegotiation = { mode: mode === 'legacy' ? mode : { pin: mode } };
await tryAll(async (url, requestInit) => {
  const client = new Client({ name: 'lab', version: '1' }, { versionNegotiation });
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  return client;
}, urls);
