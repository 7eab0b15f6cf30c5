// The suite's server on the TypeScript SDK 2, with all its checks: node sdk-server.mjs PORT

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import {
  NodeStreamableHTTPServerTransport, localhostHostValidation, localhostOriginValidation, toNodeHandler, toWebRequest,
} from '@modelcontextprotocol/node';
import {
  McpServer, ResourceTemplate, createMcpHandler, createRequestStateCodec, fromJsonSchema, isLegacyRequest,
} from '@modelcontextprotocol/server';
import { capabilities, catalog, serverInfo } from './catalog.mjs';
import { jsonOf, sessions } from './sessions.mjs';

const [port] = process.argv.slice(2);

const seal = createRequestStateCodec({ key: randomBytes(32) });

const modern = createMcpHandler(newServer, { legacy: 'reject' });

const notice = { tools: () => modern.notify.toolsChanged(), prompts: () => modern.notify.promptsChanged() };

const callOf = ({ mcpReq, http }) => ({
  log: words => mcpReq.log('info', words),
  progress: (progress, total) => mcpReq.notify({
    method: 'notifications/progress',
    params: { progressToken: mcpReq._meta?.progressToken, progress, total },
  }),
  ask: (method, params) => mcpReq.send({ method, params }),
  closeStream: () => http.closeSSE(),
  answers: mcpReq.inputResponses,
  state: mcpReq.requestState(),
  capabilities: mcpReq.envelope?.['io.modelcontextprotocol/clientCapabilities'] ?? {},
  seal: state => seal.mint(state),
  changed: list => notice[list](),
});

function newServer() {
  const server = new McpServer(serverInfo, {
    capabilities: { ...capabilities, logging: {} },
    requestState: { verify: seal.verify },
  });
  for (const { name, description, inputSchema, run } of catalog.tools) {
    if (inputSchema) {
      server.registerTool(name, { description, inputSchema: fromJsonSchema(inputSchema) },
        (args, context) => run(args, callOf(context)));
    } else {
      server.registerTool(name, { description }, context => run({}, callOf(context)));
    }
  }
  for (const { name, description, argumentNames, run } of catalog.prompts) {
    if (argumentNames) {
      const argsSchema = fromJsonSchema({
        type: 'object',
        properties: Object.fromEntries(argumentNames.map(argument => [argument, { type: 'string' }])),
        required: argumentNames,
      });
      server.registerPrompt(name, { description, argsSchema }, (args, context) => run(args, callOf(context)));
    } else {
      server.registerPrompt(name, { description }, context => run({}, callOf(context)));
    }
  }
  for (const { uri, name, description, mimeType, content } of catalog.resources) {
    server.registerResource(name, uri, { description, mimeType }, () => ({ contents: [{ uri, mimeType, ...content }] }));
  }
  const { uriTemplate, name, description, mimeType, content } = catalog.template;
  server.registerResource(name, new ResourceTemplate(uriTemplate, { list: undefined }), { description, mimeType },
    (uri, { id }) => ({ contents: [{ uri: uri.href, mimeType, ...content(id) }] }));

  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
  server.server.setRequestHandler('completion/complete', () => ({ completion: { values: [] } }));
  return server;
}

const answerLegacy = sessions(NodeStreamableHTTPServerTransport, transport => newServer().connect(transport));
const answerModern = toNodeHandler(modern);
const guards = [localhostHostValidation(), localhostOriginValidation()];

createServer(async (request, response) => {
  if (request.headers.authorization) console.error('A token arrived.');
  if (!guards.every(allows => allows(request, response))) return;
  const body = await jsonOf(request);
  const answer = await isLegacyRequest(await toWebRequest(request, body), body) ? answerLegacy : answerModern;
  await answer(request, response, body);
}).listen(Number(port), '127.0.0.1');
