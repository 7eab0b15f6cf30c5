/**
 * JWT access tokens (RFC 7519, RFC 9068), verified with the keys of their issuer's JWK set (RFC
 * 7515, RFC 7517) as RFC 8725 asks.
 */
@NullMarked
package io.mcpgateway.jwt;

import org.jspecify.annotations.NullMarked;
