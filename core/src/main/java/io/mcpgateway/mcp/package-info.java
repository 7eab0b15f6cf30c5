/** Facts of the MCP transport: the JSON-RPC envelope of a message, and errors in its terms. */
@NullMarked
package io.mcpgateway.mcp;

import org.jspecify.annotations.NullMarked;
