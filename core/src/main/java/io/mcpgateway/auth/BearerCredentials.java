package io.mcpgateway.auth;

/** What a request brings to prove who is calling. */
public sealed interface BearerCredentials
    permits BearerToken, BearerCredentials.None, BearerCredentials.Malformed {

  /** No bearer token at all; credentials of another scheme are none either. */
  record None() implements BearerCredentials {}

  /**
   * Something that is meant as a bearer token and is none, or more than one (RFC 6750, 3.1: {@code
   * invalid_request}).
   *
   * @param description what is wrong, without the credentials themselves
   */
  record Malformed(String description) implements BearerCredentials {}
}
