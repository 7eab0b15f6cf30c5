package io.mcpgateway.session;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Binds what a server calls its sessions by to one caller (MCP, Security Best Practices: Session
 * Hijacking). What a client gets is the server's own id and a tag that only the gateway can make,
 * for this caller; nothing has to be remembered. Immutable and thread-safe.
 */
public final class SessionBinding {
  private static final char SEPARATOR = '.';
  private static final String PARAMETER = "gateway-endpoint=";
  private static final String SESSION = "session";
  private static final String ENDPOINT = "endpoint";

  private final SessionKey key;
  private final boolean bindsIds;
  private final String issuer;
  private final String subject;

  private SessionBinding(
      SessionKey key, boolean bindsIds, Optional<AuthenticatedPrincipal> caller) {
    this.key = key;
    this.bindsIds = bindsIds;
    this.issuer = caller.map(AuthenticatedPrincipal::issuer).orElse("");
    this.subject = caller.map(AuthenticatedPrincipal::subject).orElse("");
  }

  /**
   * The binding where callers are authenticated.
   *
   * @param key the gateway's
   * @param caller who is calling; those who need not prove who they are are one caller
   */
  public static SessionBinding of(SessionKey key, Optional<AuthenticatedPrincipal> caller) {
    return new SessionBinding(key, true, caller);
  }

  /**
   * The binding where nobody is authenticated: session ids stay as they are.
   *
   * @param key the gateway's
   */
  public static SessionBinding ofAnybody(SessionKey key) {
    return new SessionBinding(key, false, Optional.empty());
  }

  /**
   * What the client gets as its session id.
   *
   * @param id the server's
   * @return the same for the same caller and key
   */
  public String toClient(String id) {
    return bindsIds ? id + SEPARATOR + tag(SESSION, id) : id;
  }

  /**
   * The server's session id.
   *
   * @param id what the client sent
   * @return empty when it is not one of this caller's
   */
  public Optional<String> toServer(String id) {
    return bindsIds ? untagged(SESSION, id) : Optional.of(id);
  }

  /**
   * What the client gets instead of the place where a server wants its messages (MCP 2024-11-05,
   * HTTP with SSE): it holds the session. Bound whether callers are authenticated or not, so that
   * no client can name any place at the server.
   *
   * @param target the server's path and query
   * @return a parameter for a query
   */
  public String endpointToClient(String target) {
    String encoded =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(target.getBytes(StandardCharsets.UTF_8));
    return PARAMETER + encoded + SEPARATOR + tag(ENDPOINT, encoded);
  }

  /**
   * The place that a client was given for its messages.
   *
   * @param query of the client's request
   * @return for {@link #endpointToServer}; empty when there is none
   */
  public static Optional<String> endpointIn(String query) {
    if (query.isEmpty()) {
      return Optional.empty();
    }
    return Arrays.stream(query.split("&", -1))
        .filter(pair -> pair.startsWith(PARAMETER))
        .map(pair -> pair.substring(PARAMETER.length()))
        .findFirst();
  }

  /**
   * The place where the server wants the message.
   *
   * @param endpoint what the client sent
   * @return path and query; empty when it is not one of this caller's
   */
  public Optional<String> endpointToServer(String endpoint) {
    return untagged(ENDPOINT, endpoint)
        .map(encoded -> new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8));
  }

  private String tag(String purpose, String text) {
    return key.tag(purpose, issuer, subject, text);
  }

  private Optional<String> untagged(String purpose, String tagged) {
    int separator = tagged.lastIndexOf(SEPARATOR);
    if (separator < 1) {
      return Optional.empty();
    }
    String text = tagged.substring(0, separator);
    byte[] given = tagged.substring(separator + 1).getBytes(StandardCharsets.UTF_8);
    byte[] right = tag(purpose, text).getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(given, right) ? Optional.of(text) : Optional.empty();
  }
}
