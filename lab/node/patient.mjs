// The TypeScript SDK 1.x on a quiet stream: node patient.mjs TRANSPORT URL. Calls echo after a while, and waits for its end.
// TRANSPORT is "http" or "sse".

import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const client = new Client({ name: 'lab', version: '1' });
const errors = [];
client.onerror = error => errors.push(error);
const [kind, url] = process.argv.slice(2);
const Transport = kind === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;
await client.connect(new Transport(new URL(url)));
await sleep(3500);
const result = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
console.log(`echo: ${result.content[0].text}, errors: ${errors.length}`);
await sleep(60_000);
