// The suite's server without the checks of its headers: sessions on the TypeScript SDK 1, 2026-07-28 on plain HTTP.
// Its subscriptions are lines of JSON, not events: node plain-server.mjs PORT

import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { capabilities, catalog, missingCapability, serverInfo } from './catalog.mjs';
import { jsonOf, sessions } from './sessions.mjs';

const MODERN = '2026-07-28';

const [port] = process.argv.slice(2);

class RpcError extends Error {
  constructor(code, message, data, status = 200) {
    super(message);
    Object.assign(this, { code, data, status });
  }
}

const without = (entry, ...members) => Object.fromEntries(Object.entries(entry).filter(([name]) => !members.includes(name)));

const named = (entries, name) => {
  const found = entries.find(entry => entry.name === name);
  if (!found) throw new RpcError(-32602, `There is no ${name}`);
  return found;
};

/** What both eras answer, method by method. */
const methods = {
  'tools/list': () => ({
    tools: catalog.tools.map(({ name, description, inputSchema = { type: 'object' } }) =>
      ({ name, description, inputSchema })),
  }),
  'tools/call': async ({ name, arguments: args = {} }, call) => {
    const tool = named(catalog.tools, name);
    try {
      return await tool.run(args, call);
    } catch (error) {
      return { content: [{ type: 'text', text: error.message }], isError: true };
    }
  },
  'prompts/list': () => ({
    prompts: catalog.prompts.map(prompt => ({
      ...without(prompt, 'run', 'argumentNames'),
      arguments: (prompt.argumentNames ?? []).map(name => ({ name, required: true })),
    })),
  }),
  'prompts/get': ({ name, arguments: args = {} }, call) => named(catalog.prompts, name).run(args, call),
  'resources/list': () => ({ resources: catalog.resources.map(resource => without(resource, 'content')) }),
  'resources/templates/list': () => ({ resourceTemplates: [without(catalog.template, 'content')] }),
  'resources/read': ({ uri }) => {
    const id = /^test:\/\/template\/(.+)\/data$/.exec(uri)?.[1];
    const { mimeType, content } = id
      ? { ...catalog.template, content: catalog.template.content(id) }
      : catalog.resources.find(resource => resource.uri === uri) ?? {};
    if (!content) throw new RpcError(-32602, 'There is no such resource', { uri });
    return { contents: [{ uri, mimeType, ...content }] };
  },
  'completion/complete': () => ({ completion: { values: [] } }),
};

// Up to 2025-11-25.

const legacyMethods = { ...methods, 'resources/subscribe': () => ({}), 'resources/unsubscribe': () => ({}) };

const legacyCallOf = (server, extra) => ({
  log: data => server.sendLoggingMessage({ level: 'info', data }, extra.sessionId),
  progress: (progress, total) => extra.sendNotification({
    method: 'notifications/progress',
    params: { progressToken: extra._meta?.progressToken, progress, total },
  }),
  ask: (method, params) => extra.sendRequest({ method, params }, ResultSchema),
  closeStream: () => extra.closeSSEStream(),
});

const answerLegacy = sessions(StreamableHTTPServerTransport, transport => {
  const server = new Server(serverInfo, { capabilities: { ...capabilities, logging: {} } });
  server.fallbackRequestHandler = ({ method, params = {} }, extra) => {
    if (!(method in legacyMethods)) throw new RpcError(-32601, `${method} is unknown`);
    return legacyMethods[method](params, legacyCallOf(server, { ...extra, _meta: params._meta }));
  };
  return server.connect(transport);
});

// 2026-07-28.

const KEY = randomBytes(32);

const macOf = sealed => createHmac('sha256', KEY).update(sealed).digest('base64url');

const seal = state => {
  const sealed = Buffer.from(JSON.stringify(state)).toString('base64url');
  return `${sealed}.${macOf(sealed)}`;
};

const unseal = state => {
  const [sealed, mac] = state.split('.');
  if (mac !== macOf(sealed)) throw new RpcError(-32602, 'The request state was changed');
  return JSON.parse(Buffer.from(sealed, 'base64url').toString());
};

const modernMethods = {
  ...methods,
  'server/discover': () => ({
    supportedVersions: [MODERN],
    capabilities,
    _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo },
  }),
};

const cacheable = method => method.endsWith('/list') || ['resources/read', 'server/discover'].includes(method);

/** The streams of `subscriptions/listen`: what each wants, and how it is told. */
const subscriptions = new Set();

const changed = list => {
  for (const { wants, tell } of subscriptions) {
    if (wants[`${list}ListChanged`]) tell(`notifications/${list}/list_changed`);
  }
};

/** The envelope of a request of 2026-07-28, checked. */
function envelopeOf(params, header) {
  const meta = params?._meta ?? {};
  const version = meta['io.modelcontextprotocol/protocolVersion'];
  const clientCapabilities = meta['io.modelcontextprotocol/clientCapabilities'];
  if (!version || !clientCapabilities) throw new RpcError(-32602, 'The envelope is incomplete', undefined, 400);
  if (version !== header) throw new RpcError(-32020, 'The version in the header is another', undefined, 400);
  if (version !== MODERN) {
    throw new RpcError(-32022, 'This version is unknown', { supported: [MODERN], requested: version }, 400);
  }
  return { clientCapabilities, progressToken: meta.progressToken };
}

function listen(request, response, { id, params }) {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const wants = params.notifications;
  const tell = (method, more = {}) => response.write(`${JSON.stringify({
    jsonrpc: '2.0',
    method,
    params: { ...more, _meta: { 'io.modelcontextprotocol/subscriptionId': id } },
  })}\n`);
  const subscription = { wants, tell };
  tell('notifications/subscriptions/acknowledged', { notifications: wants });
  subscriptions.add(subscription);
  response.on('close', () => subscriptions.delete(subscription));
}

async function answerModern(request, response, { id, method, params }) {
  if (id === undefined) {
    response.writeHead(202).end();
    return;
  }
  const event = message => `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
  const notify = (notification, more) => {
    if (!response.headersSent) response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(event({ method: notification, params: more }));
  };
  const end = (status, message) => {
    if (response.headersSent) {
      response.end(event({ id, ...message }));
    } else {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...message }));
    }
  };
  try {
    const { clientCapabilities, progressToken } = envelopeOf(params, request.headers['mcp-protocol-version']);
    if (method === 'subscriptions/listen') {
      listen(request, response, { id, params });
      return;
    }
    if (!(method in modernMethods)) throw new RpcError(-32601, `${method} is unknown`, undefined, 404);
    const result = await modernMethods[method](params, {
      log: () => {},
      progress: (progress, total) => notify('notifications/progress', { progressToken, progress, total }),
      answers: params.inputResponses,
      state: params.requestState && unseal(params.requestState),
      capabilities: clientCapabilities,
      seal,
      changed,
    });
    const missing = missingCapability(result, clientCapabilities);
    if (missing) throw new RpcError(-32021, `${missing} is needed`, { requiredCapabilities: { [missing]: {} } }, 400);
    const hints = cacheable(method) ? { ttlMs: 0, cacheScope: 'private' } : {};
    end(200, { result: { resultType: 'complete', ...hints, ...result } });
  } catch (error) {
    end(error.status ?? 500, { error: { code: error.code ?? -32603, message: error.message, data: error.data } });
  }
}

createServer(async (request, response) => {
  const version = request.headers['mcp-protocol-version'];
  const body = await jsonOf(request);
  // The header alone tells the eras apart, as in FastMCP.
  const isLegacy = version === undefined || /^202[45]-/.test(version);
  await (isLegacy ? answerLegacy : answerModern)(request, response, body);
}).listen(Number(port), '127.0.0.1');
