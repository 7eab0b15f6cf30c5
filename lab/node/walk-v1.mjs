// The TypeScript SDK 1.x: node walk-v1.mjs (TRANSPORT URL REVISION)...
// TRANSPORT is "http", "sse", or "either": Streamable HTTP first, then HTTP with SSE.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema, ElicitRequestSchema, ListRootsRequestSchema, LoggingMessageNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { answers, capabilities, clientInfo, requestInit, walkAll } from './walk.mjs';

const Transports = { http: StreamableHTTPClientTransport, sse: SSEClientTransport };

await walkAll(async ({ transport, url, revision }) => {
  if (transport !== 'either') return connect(Transports[transport], url, revision);
  try {
    return await connect(StreamableHTTPClientTransport, url, revision);
  } catch (error) {
    if (!(error.code >= 400 && error.code < 500)) throw error;
    return connect(SSEClientTransport, url, revision);
  }
});

async function connect(Transport, url, revision) {
  let negotiated;
  // This SDK offers its newest revision only; here is where it could be told another one.
  class Offering extends Transport {
    send(message, options) {
      if (message.method === 'initialize') message.params.protocolVersion = revision;
      return super.send(message, options);
    }
    setProtocolVersion(version) {
      negotiated = version;
      super.setProtocolVersion(version);
    }
  }
  const client = new Client(clientInfo, { capabilities });
  for (const schema of [CreateMessageRequestSchema, ElicitRequestSchema, ListRootsRequestSchema]) {
    client.setRequestHandler(schema, request => answers[request.method]);
  }
  const logs = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => { logs.push(params.data); });
  const transport = new Offering(new URL(url), { requestInit });
  await client.connect(transport);
  return {
    client,
    call: (name, args, onprogress) => client.callTool({ name, arguments: args }, undefined, { onprogress }),
    logs,
    negotiated: () => negotiated,
    leave: async () => {
      await transport.terminateSession?.();
      await client.close();
    },
  };
}
