package io.mcpgateway.telemetry;

import java.util.Locale;

/**
 * Why a request was not served as its client wanted it, as one of a few words: for labels and
 * filters. {@link RequestRecord#reason} has the details.
 */
public enum RefusalCode {
  /** The target or the header fields are too long. */
  HEAD_TOO_LARGE,
  /** The target or the authority can be read in two ways. */
  BAD_REQUEST,
  /** A method that nobody behind the gateway needs. */
  METHOD_NOT_IMPLEMENTED,
  /** No route matches. */
  NO_ROUTE,
  /** A page of another site, or a host name that a stranger has given to this machine. */
  FOREIGN_ORIGIN,
  /** There is no token. */
  NO_TOKEN,
  /** The credentials are malformed. */
  BAD_CREDENTIALS,
  /** The token is not good, or not the caller's. */
  INVALID_TOKEN,
  /** The token does not grant enough. */
  INSUFFICIENT_SCOPE,
  /** Whether the token is good cannot be told at the moment. */
  ISSUER_UNAVAILABLE,
  /** A rule does not allow it. */
  NOT_ALLOWED,
  /** The session is somebody else's, or nobody's. */
  NO_SESSION,
  /** The method does not go with the endpoint. */
  METHOD_NOT_ALLOWED,
  /** The message is malformed, ambiguous, or not what the header fields say. */
  BAD_MESSAGE,
  /** The request body is too large, too slow, or broke off. */
  BAD_BODY,
  /** There are as many event streams as there may be. */
  TOO_MANY_STREAMS,
  /** The gateway has as much to do as it may take on. */
  OVERLOADED,
  /** The gateway has nothing to prove itself with to the backend. */
  NO_BACKEND_CREDENTIAL,
  /** The authorization server said no, or nothing. */
  AUTHORIZATION_SERVER,
  /** The backend cannot be reached, or did not answer as HTTP wants it. */
  BACKEND_FAILED,
  /** The backend did not begin its response in time. */
  BACKEND_TIMEOUT,
  /** The response broke off. */
  RESPONSE_BROKE_OFF,
  /** The client left before the response ended; see {@link Outcome#CLIENT_LEFT}. */
  CLIENT_LEFT,
  /** A fault of the gateway itself. */
  INTERNAL_ERROR;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The word, in lower case with underscores. */
  public String label() {
    return label;
  }
}
