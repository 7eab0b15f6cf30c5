/** Bearer tokens (RFC 6750) and MCP authorization: who is calling, and what a refusal says. */
@NullMarked
package io.mcpgateway.auth;

import org.jspecify.annotations.NullMarked;
