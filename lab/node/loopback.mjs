// For servers that can only be told a port: node --import loopback.mjs SCRIPT. They listen on 127.0.0.1 then.

import { Server } from 'node:net';

const { listen } = Server.prototype;
Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, Number(port), '127.0.0.1', ...rest);
};
