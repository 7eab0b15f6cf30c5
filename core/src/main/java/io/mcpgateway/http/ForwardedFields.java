package io.mcpgateway.http;

/**
 * The fields by which the proxies in front of the gateway report its clients. Only one family
 * counts: a proxy sets, or takes off, its own, and passes the other on as a client has sent it.
 */
public enum ForwardedFields {
  /** {@code X-Forwarded-For}, {@code -Proto}, {@code -Host}, {@code -Port} and {@code -Prefix}. */
  X_FORWARDED,
  /** {@code Forwarded} (RFC 7239). */
  FORWARDED
}
