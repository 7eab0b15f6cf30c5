/**
 * Authorization servers that MCP clients cannot use as they are: the gateway serves their metadata,
 * adapted, and takes client registrations for them. It issues no token.
 */
@NullMarked
package io.mcpgateway.provider;

import org.jspecify.annotations.NullMarked;
