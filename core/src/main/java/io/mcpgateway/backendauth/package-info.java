/** What the backend learns about the caller, and what the gateway proves itself to it with. */
@NullMarked
package io.mcpgateway.backendauth;

import org.jspecify.annotations.NullMarked;
