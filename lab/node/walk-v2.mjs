// The TypeScript SDK 2.x: node walk-v2.mjs (TRANSPORT URL REVISION)...
// TRANSPORT is "http" or "sse", or "auto" for Streamable HTTP with whatever revision server/discover leads to.

import {
  Client, LOG_LEVEL_META_KEY, SSEClientTransport, StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { answers, capabilities, clientInfo, requestInit, walkAll } from './walk.mjs';

await walkAll(async ({ transport: kind, url, revision }) => {
  const modern = { mode: kind === 'auto' ? kind : { pin: revision } };
  const versions = revision < '2026' && kind !== 'auto'
    ? { supportedProtocolVersions: [revision] } : { versionNegotiation: modern };
  const client = new Client(clientInfo, { capabilities, ...versions });
  for (const [method, answer] of Object.entries(answers)) {
    client.setRequestHandler(method, () => answer);
  }
  const logs = [];
  client.setNotificationHandler('notifications/message', ({ params }) => { logs.push(params.data); });
  const Transport = kind === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;
  const transport = new Transport(new URL(url), { requestInit });
  await client.connect(transport);
  // Since 2026-07-28 a request says for itself whether it wants log messages.
  const _meta = client.getProtocolEra() === 'modern' ? { [LOG_LEVEL_META_KEY]: 'info' } : undefined;
  return {
    client,
    call: (name, args, onprogress) => client.callTool({ name, arguments: args, _meta }, { onprogress }),
    logs,
    negotiated: () => client.getNegotiatedProtocolVersion(),
    leave: async () => {
      if (transport.sessionId) await transport.terminateSession();
      await client.close();
    },
  };
});
