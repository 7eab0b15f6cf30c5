/** The launcher: agentgateway-style YAML on Jetty. */
@NullMarked
package io.mcpgateway.jetty;

import org.jspecify.annotations.NullMarked;
