// A client whose tokens are bound to its key (RFC 9449): node dpop.mjs TOKEN_ENDPOINT CLIENT_ID URL
// Prints as JSON what each way to send the token is answered, then what the TypeScript SDK 2 gets.

import { createHash, randomUUID, webcrypto } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const [tokenEndpoint, clientId, url] = process.argv.slice(2);
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const newKey = () => webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
const base64url = value => Buffer.from(value).toString('base64url');

async function proof({ publicKey, privateKey }, method, target, token) {
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', publicKey);
  const claims = { jti: randomUUID(), htm: method, htu: target, iat: Math.floor(Date.now() / 1000) };
  if (token) claims.ath = createHash('sha256').update(token).digest('base64url');
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
  const signed = [header, claims].map(part => base64url(JSON.stringify(part))).join('.');
  return `${signed}.${base64url(await webcrypto.subtle.sign(ecdsa, privateKey, Buffer.from(signed)))}`;
}

const key = await newKey();
const granted = await fetch(tokenEndpoint, {
  method: 'POST',
  headers: { DPoP: await proof(key, 'POST', tokenEndpoint) },
  body: new URLSearchParams({
    grant_type: 'password', client_id: clientId, username: 'eitan', password: 'test', scope: 'openid',
  }),
}).then(answer => answer.json());
const token = granted.access_token;

async function initialize(authorization, sentProof) {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'lab', version: '1' } };
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', Authorization: authorization,
      ...(sentProof && { DPoP: sentProof }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  });
  await answer.text();
  const [, error] = /error="([^"]*)"/.exec(answer.headers.get('WWW-Authenticate')) ?? [];
  return [answer.status, error ?? null];
}

const good = await proof(key, 'POST', url, token);
const answers = {
  'token type': granted.token_type,
  'with a proof': await initialize(`DPoP ${token}`, good),
  'with the same proof again': await initialize(`DPoP ${token}`, good),
  'without a proof': await initialize(`DPoP ${token}`),
  'as a bearer token': await initialize(`Bearer ${token}`),
  'as a bearer token with a proof': await initialize(`Bearer ${token}`, await proof(key, 'POST', url, token)),
  "with another key's proof": await initialize(`DPoP ${token}`, await proof(await newKey(), 'POST', url, token)),
  'with a proof for another URL': await initialize(`DPoP ${token}`, await proof(key, 'POST', `${url}/other`, token)),
  'with a proof for another token': await initialize(`DPoP ${token}`, await proof(key, 'POST', url, `${token}A`)),
};

for (const mode of ['legacy', '2026-07-28']) {
  const versionNegotiation = { mode: mode === 'legacy' ? mode : { pin: mode } };
  const client = new Client({ name: 'lab', version: '1' }, { versionNegotiation });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), {
    fetch: async (target, init) => {
      const headers = new Headers(init.headers);
      headers.set('Authorization', `DPoP ${token}`);
      headers.set('DPoP', await proof(key, init.method ?? 'GET', `${target}`, token));
      return fetch(target, { ...init, headers });
    },
  }));
  const result = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
  answers[`TypeScript SDK 2, ${mode}`] = result.content[0].text;
  await client.close();
}
console.log(JSON.stringify(answers));
process.exit(); // whatever connection is left open
