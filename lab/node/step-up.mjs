// The TypeScript SDK 2.x gets a token, calls a tool that asks for more, gets a wider token, and calls it again:
// node step-up.mjs URL MODE USER, where MODE is "legacy" or a revision. Prints the scopes of each token, and the echo.

import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { UserAgent } from './keycloak-login.mjs';

const [url, mode, user] = process.argv.slice(2);
const redirectUrl = 'http://localhost:6274/oauth/callback';

/** The SDK's view of an application: one client id, one user, everything in memory. */
class Application {
  redirectUrl = redirectUrl;
  clientMetadata = { client_name: 'lab', redirect_uris: [redirectUrl] };
  #userAgent = new UserAgent(user, 'test');
  #client = { client_id: 'mcp-client' };
  #tokens;
  #verifier;

  clientInformation() { return this.#client; }
  saveClientInformation(client) { this.#client = client; }
  tokens() { return this.#tokens; }
  saveTokens(tokens) {
    this.#tokens = tokens;
    console.log('granted:', tokens.scope);
  }
  codeVerifier() { return this.#verifier; }
  saveCodeVerifier(verifier) { this.#verifier = verifier; }
  async redirectToAuthorization(authorizationUrl) {
    console.log('asked for:', authorizationUrl.searchParams.get('scope'));
    this.callback = await this.#userAgent.authorize(authorizationUrl, redirectUrl);
  }
}

const application = new Application();
const client = new Client(
  { name: 'lab', version: '1' },
  { versionNegotiation: { mode: mode === 'legacy' ? mode : { pin: mode } } });
let transport;

/** Does what needs a token; when the SDK has sent the user to log in, takes the code and does it once more. */
async function authorized(action) {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await transport.finishAuth(application.callback);
    return action();
  }
}

await authorized(() => {
  transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: application });
  return client.connect(transport);
});
const result = await authorized(() => client.callTool({ name: 'echo', arguments: { message: 'hello' } }));
console.log('echo:', result.content[0].text);
await client.close();
