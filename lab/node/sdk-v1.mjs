// The TypeScript SDK 1.x (revisions up to 2025-11-25): node sdk-v1.mjs URL

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { listAndCall } from './list-and-call.mjs';

const [url] = process.argv.slice(2);
await listAndCall(new Client({ name: 'lab', version: '1' }), StreamableHTTPClientTransport, url);
