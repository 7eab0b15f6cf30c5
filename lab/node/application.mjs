// An application on the TypeScript SDK 2.x, with one user, who logs in at Keycloak.

import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { UserAgent } from './keycloak-login.mjs';

const redirectUrl = 'http://localhost:6274/oauth/callback';

/** What the SDK asks an application for; everything is in memory. Without a client id it registers itself. */
class Login {
  redirectUrl = redirectUrl;
  clientMetadata = { client_name: 'lab', redirect_uris: [redirectUrl], token_endpoint_auth_method: 'none' };
  #userAgent;
  #kept = {};

  constructor(user, clientId) {
    this.#userAgent = new UserAgent(user, 'test');
    if (clientId) this.#kept.client = { client_id: clientId };
  }

  clientInformation() { return this.#kept.client; }
  saveClientInformation(client) {
    this.#kept.client = client;
    console.log('client:', client.client_id);
  }
  tokens() { return this.#kept.tokens; }
  saveTokens(tokens) {
    this.#kept.tokens = tokens;
    console.log('granted:', tokens.scope);
  }
  codeVerifier() { return this.#kept.verifier; }
  saveCodeVerifier(verifier) { this.#kept.verifier = verifier; }
  discoveryState() { return this.#kept.discovered; }
  saveDiscoveryState(discovered) { this.#kept.discovered = discovered; }
  async redirectToAuthorization(authorizationUrl) {
    console.log('asked for:', authorizationUrl.searchParams.get('scope'));
    this.callback = await this.#userAgent.authorize(authorizationUrl, redirectUrl);
  }
}

export class Application {
  #url;
  #login;
  #client;
  #transport;

  /** MODE is "legacy" or a revision. */
  constructor(url, mode, user, clientId) {
    this.#url = new URL(url);
    this.#login = new Login(user, clientId);
    const versionNegotiation = { mode: mode === 'legacy' ? mode : { pin: mode } };
    this.#client = new Client({ name: 'lab', version: '1' }, { versionNegotiation });
  }

  async connect() {
    await this.#authorized(() => {
      this.#transport = new StreamableHTTPClientTransport(this.#url, { authProvider: this.#login });
      return this.#client.connect(this.#transport);
    });
  }

  /** Prints what the tool says, or "refused" when the user does not get what the tool asks for. */
  async echo(message) {
    try {
      const result = await this.#authorized(() => this.#client.callTool({ name: 'echo', arguments: { message } }));
      console.log('echo:', result.content[0].text);
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      console.log('refused');
    }
  }

  close() {
    return this.#client.close();
  }

  /** Does what needs a token; when the SDK has sent the user to log in, takes the code and does it once more. */
  async #authorized(action) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      await this.#transport.finishAuth(this.#login.callback);
      return action();
    }
  }
}
