// What callers see and get, for both generations of the TypeScript SDK. The command line has URLs; the callers and their tokens
// are a JSON object in LAB_TOKENS. Each connection prints one JSON line.

const tried = [
  ['tools', 'echo'], ['tools', 'get-headers'], ['tools', 'trigger-long-running-operation'], ['tools', 'no-such-tool'],
  ['prompts', 'greeting'], ['prompts', 'farewell'],
  ['resources', 'lab://public/news'], ['resources', 'lab://private/diary'], ['resources', 'lab://public/today/news'],
];
const args = { echo: { message: 'hello' }, 'trigger-long-running-operation': { duration: 0, steps: 1 } };

/** connect: (URL, requestInit) => client */
export async function tryAll(connect, urls) {
  for (const url of urls) {
    for (const [caller, token] of Object.entries(JSON.parse(process.env.LAB_TOKENS))) {
      const client = await connect(new URL(url), { headers: { Authorization: `Bearer ${token}` } });
      const calls = {
        tools: name => client.callTool({ name, arguments: args[name] }),
        prompts: name => client.getPrompt({ name }),
        resources: uri => client.readResource({ uri }),
      };
      const listed = {
        tools: (await client.listTools()).tools.map(tool => tool.name),
        prompts: (await client.listPrompts()).prompts.map(prompt => prompt.name),
        resources: (await client.listResources()).resources.map(resource => resource.uri),
        templates: (await client.listResourceTemplates()).resourceTemplates.map(template => template.uriTemplate),
      };
      const got = {};
      for (const [kind, name] of tried) {
        // An HTTP status, as either generation of the SDK has it, or the code of a JSON-RPC error.
        got[name] = await calls[kind](name).then(
          result => result.isError ? 'failed' : 'ok',
          error => `${error.data?.status ?? error.code ?? error.name} ${error.message}`,
        );
      }
      console.log(JSON.stringify({ url, caller, listed, got }));
    }
  }
  process.exit(); // whatever connection is left open
}
