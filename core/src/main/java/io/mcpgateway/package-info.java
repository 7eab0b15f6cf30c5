/** The front door of the gateway, and the order in which its policies decide. */
@NullMarked
package io.mcpgateway;

import org.jspecify.annotations.NullMarked;
