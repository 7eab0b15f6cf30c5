/**
 * Access rules in the Common Expression Language, as agentgateway's {@code mcpAuthorization} has
 * them. Needs the optional library {@code dev.cel:cel}.
 */
@NullMarked
package io.mcpgateway.cel;

import org.jspecify.annotations.NullMarked;
