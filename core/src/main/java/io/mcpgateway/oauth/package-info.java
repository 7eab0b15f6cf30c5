/** What the gateway, as an OAuth client, sends to authorization servers. */
@NullMarked
package io.mcpgateway.oauth;

import org.jspecify.annotations.NullMarked;
