// What every TypeScript client does with every server: all that is offered, and all that is asked back.
// The command line has triples TRANSPORT URL REVISION; each connection prints one JSON line. A token comes from LAB_TOKEN.

import { setTimeout as sleep } from 'node:timers/promises';

export const clientInfo = { name: 'lab', version: '1' };
export const capabilities = { sampling: {}, elicitation: {}, roots: {} };

export const answers = {
  'sampling/createMessage': { role: 'assistant', model: 'lab', content: { type: 'text', text: 'a sampled answer' } },
  'elicitation/create': { action: 'accept', content: { name: 'eitan' } },
  'roots/list': { roots: [{ uri: 'file:///lab', name: 'lab' }] },
};

const token = process.env.LAB_TOKEN;
export const requestInit = token ? { headers: { Authorization: `Bearer ${token}` } } : {};

/** connect: ({transport, url, revision}) => {client, call(name, args, onprogress), logs, negotiated(), leave()} */
export async function walkAll(connect) {
  const words = process.argv.slice(2);
  for (let i = 0; i < words.length; i += 3) {
    const [transport, url, revision] = words.slice(i, i + 3);
    const seen = await walk(connect, { transport, url, revision }).catch(error => ({ error: `${error}` }));
    console.log(JSON.stringify({ transport, url, revision, ...seen }));
  }
  process.exit(); // whatever connection is left open
}

async function walk(connect, to) {
  const { client, call, logs, negotiated, leave } = await connect(to);
  const text = async (...request) => (await call(...request)).content[0].text;
  const tools = (await client.listTools()).tools.map(tool => tool.name);
  const progress = [];
  const seen = {
    negotiated: negotiated(),
    listed: tools.includes('echo'),
    echo: await text('echo', { message: 'hello' }),
  };
  await call('trigger-long-running-operation', { duration: 0.3, steps: 3 }, ({ progress: step }) => progress.push(step));
  seen.progress = progress.slice(0, 2); // the third may come with the result, which this SDK takes first
  seen.sampling = (await text('trigger-sampling-request', { prompt: 'say' })).includes('a sampled answer');
  if (seen.negotiated >= '2025-06-18') {
    seen.elicitation = JSON.stringify(await call('trigger-elicitation-request', {})).includes('eitan');
  }
  seen.roots = (await text('get-roots-list', {})).includes('file:///lab');
  for (let i = 0; i < 100 && !seen.log; i++) {
    seen.log = logs.some(log => JSON.stringify(log).includes('Roots updated: 1 root'));
    await sleep(50);
  }
  if (tools.includes('reconnect') && seen.negotiated === '2025-11-25') {
    await call('reconnect', {});
  }
  await leave();
  return seen;
}
