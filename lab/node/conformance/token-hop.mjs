// Adds a token to every request, for a client that cannot: LAB_TOKEN=... node token-hop.mjs PORT TARGET_PORT
// Fields and bytes pass as they come, both ways; whoever leaves takes the other side along.

import { createServer, request } from 'node:http';
import { pipeline } from 'node:stream';

const [port, target] = process.argv.slice(2).map(Number);
const authorization = ['Authorization', `Bearer ${process.env.LAB_TOKEN}`];

const ignore = () => {};

createServer((incoming, outgoing) => {
  const { method, url, rawHeaders } = incoming;
  const onward = request({ host: '127.0.0.1', port: target, method, path: url, headers: [...rawHeaders, ...authorization] });
  onward.on('response', answer => {
    outgoing.writeHead(answer.statusCode, answer.rawHeaders);
    outgoing.flushHeaders();
    pipeline(answer, outgoing, ignore);
  });
  onward.on('error', () => outgoing.destroy());
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}).listen(port, '127.0.0.1');
