// Registers a client, logs in and calls a tool: node login.mjs URL MODE, where MODE is "legacy" or a revision.

import { Application } from './application.mjs';

const [url, mode] = process.argv.slice(2);
const application = new Application(url, mode, 'eitan');
await application.connect();
await application.echo('hello');
await application.close();
