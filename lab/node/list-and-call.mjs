// The same walk for both generations of the TypeScript SDK. The token comes from LAB_TOKEN.

export async function listAndCall(client, Transport, url) {
  const headers = { Authorization: `Bearer ${process.env.LAB_TOKEN}` };
  const transport = new Transport(new URL(url), { requestInit: { headers } });
  await client.connect(transport);
  const { tools } = await client.listTools();
  const result = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
  console.log('tools:', ...tools.map(tool => tool.name));
  console.log('echo:', result.content[0].text);
  // Only a session of the old era has something to end.
  if (transport.sessionId) await transport.terminateSession();
  await client.close();
}
