/**
 * Where revisions of MCP differ, and what proxies get wrong: one test for each, to be run on every
 * server that a gateway can live in. The numbers are those of docs/transport.md.
 */
@NullMarked
package io.mcpgateway.testkit.traps;

import org.jspecify.annotations.NullMarked;
