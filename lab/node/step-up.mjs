// Gets a token, calls a tool that asks for more, gets a wider token, and calls it again: node step-up.mjs URL MODE USER,
// where MODE is "legacy" or a revision. Prints what scopes were asked for and granted, and the echo or "refused".

import { Application } from './application.mjs';

const [url, mode, user] = process.argv.slice(2);
const application = new Application(url, mode, user, 'mcp-client');
await application.connect();
await application.echo('hello');
await application.close();
