/** OAuth 2.0 Protected Resource Metadata (RFC 9728): what a resource is, where tokens come from. */
@NullMarked
package io.mcpgateway.metadata;

import org.jspecify.annotations.NullMarked;
