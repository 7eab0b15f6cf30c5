package io.mcpgateway.auth;

/** What happens to a request whose caller is not known. */
public enum AuthenticationMode {
  /** Refused, whether the token is missing or bad. */
  STRICT,
  /** Passes without a token; a bad token is refused. */
  OPTIONAL,
  /** Passes always; a bad token is taken off and the request goes on as nobody's. */
  PERMISSIVE
}
