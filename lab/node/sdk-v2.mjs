// The TypeScript SDK 2.x: node sdk-v2.mjs URL MODE, where MODE is "legacy" or a revision like "2026-07-28".

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { listAndCall } from './list-and-call.mjs';

const [url, mode] = process.argv.slice(2);
const versionNegotiation = { mode: mode === 'legacy' ? mode : { pin: mode } };
await listAndCall(new Client({ name: 'lab', version: '1' }, { versionNegotiation }), StreamableHTTPClientTransport, url);
