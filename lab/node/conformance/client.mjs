// The client the suite asks for, on the TypeScript SDK 2: node client.mjs URL, with the scenario in the environment.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const [url] = process.argv.slice(2);
const {
  MCP_CONFORMANCE_SCENARIO: scenario,
  MCP_CONFORMANCE_PROTOCOL_VERSION: version,
  MCP_CONFORMANCE_CONTEXT: context = '{}',
} = process.env;

/** Calls tools one after the other, without arguments. */
const calling = (...names) => async client => {
  for (const name of names) await client.callTool({ name, arguments: {} });
};

const walks = {
  initialize: client => client.listTools(),
  tools_call: async client => {
    await client.listTools();
    await client.callTool({ name: 'add_numbers', arguments: { a: 2, b: 3 } });
  },
  'elicitation-sep1034-client-defaults': calling('test_client_elicitation_defaults'),
  'sse-retry': calling('test_reconnection'),
  'request-metadata': client => client.listTools(),
  'http-standard-headers': async client => {
    const { tools } = await client.listTools();
    await calling(...tools.map(({ name }) => name))(client);
    const { resources } = await client.listResources();
    for (const { uri } of resources) await client.readResource({ uri });
    const { prompts } = await client.listPrompts();
    for (const { name } of prompts) await client.getPrompt({ name });
  },
  'http-custom-headers': async client => {
    await client.listTools();
    for (const call of JSON.parse(context).toolCalls) await client.callTool(call);
  },
  'http-invalid-tool-headers': async client => {
    const { tools } = await client.listTools();
    for (const { name } of tools) await client.callTool({ name, arguments: { region: 'north' } });
  },
  'sep-2322-client-request-state': async client => {
    await calling('test_mrtr_echo_state', 'test_mrtr_unrelated', 'test_mrtr_no_state')(client);
    // The SDK refuses this result; the suite only looks whether the call is made once.
    await calling('test_mrtr_no_result_type')(client).catch(() => {});
  },
  'json-schema-ref-no-deref': client => client.listTools(),
  'json-schema-2020-12-preservation': async client => {
    const { tools } = await client.listTools();
    const { inputSchema } = tools.find(({ name }) => name === 'json_schema_2020_12_tool');
    await client.callTool({ name: 'json_schema_echo', arguments: { schema: inputSchema } });
  },
};

const client = new Client({ name: 'lab', version: '1' }, {
  capabilities: { elicitation: { form: { applyDefaults: true } } },
  versionNegotiation: { mode: version < '2026' ? 'legacy' : 'auto' },
});
client.setRequestHandler('elicitation/create', ({ params }) => ({
  action: 'accept',
  content: 'confirmed' in params.requestedSchema.properties ? { confirmed: true } : {},
}));

const transport = new StreamableHTTPClientTransport(new URL(url));
await client.connect(transport);
await walks[scenario](client);
if (transport.sessionId) await transport.terminateSession();
await client.close();
