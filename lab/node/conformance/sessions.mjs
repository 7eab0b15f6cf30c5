// Sessions as the revisions up to 2025-11-25 have them. Both generations of the SDK give the transport of one session only.

import { randomUUID } from 'node:crypto';

/** What was sent on the streams of a session, for clients that come back with a Last-Event-ID. */
class SentEvents {
  #events = [];

  async storeEvent(stream, message) {
    this.#events.push({ stream, message });
    return `${stream}:${this.#events.length}`;
  }

  async replayEventsAfter(lastId, { send }) {
    const [stream, last] = lastId.split(':');
    for (const [index, event] of this.#events.entries()) {
      // The first event of a stream has only an id.
      const isMessage = 'jsonrpc' in event.message;
      if (event.stream === stream && index >= Number(last) && isMessage) await send(`${stream}:${index + 1}`, event.message);
    }
    return stream;
  }
}

/**
 * A handler of HTTP requests with their parsed bodies.
 *
 * @param Transport the SDK's transport, for one session
 * @param connect gives a new session its server
 */
export function sessions(Transport, connect) {
  const transports = new Map();

  async function begin() {
    const transport = new Transport({
      sessionIdGenerator: randomUUID,
      eventStore: new SentEvents(),
      retryInterval: 500,
      onsessioninitialized: id => void transports.set(id, transport),
      onsessionclosed: id => void transports.delete(id),
    });
    await connect(transport);
    return transport;
  }

  return async (request, response, body) => {
    const id = request.headers['mcp-session-id'];
    if (id ? !transports.has(id) : body?.method !== 'initialize') {
      response.writeHead(id ? 404 : 400, { 'Content-Type': 'application/json' });
      const error = { code: -32000, message: id ? 'There is no such session' : 'A session id is missing' };
      response.end(JSON.stringify({ jsonrpc: '2.0', id: body?.id ?? null, error }));
      return;
    }
    await (transports.get(id) ?? await begin()).handleRequest(request, response, body);
  };
}

/** The JSON a request brings, if any. */
export async function jsonOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
}
