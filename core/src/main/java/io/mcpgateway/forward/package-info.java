/** Sends requests to the backend and streams its responses back. */
@NullMarked
package io.mcpgateway.forward;

import org.jspecify.annotations.NullMarked;
