/** Certificates and keys of connections: from files to what the JDK's TLS takes. */
@NullMarked
package io.mcpgateway.tls;

import org.jspecify.annotations.NullMarked;
