/** The vocabulary of messages: heads, bodies, and the exchange between a client and the gateway. */
@NullMarked
package io.mcpgateway.http;

import org.jspecify.annotations.NullMarked;
