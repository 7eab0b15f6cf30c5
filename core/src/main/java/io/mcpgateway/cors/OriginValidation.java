package io.mcpgateway.cors;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Loopback;
import io.mcpgateway.http.PrintableText;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Refuses what a browser sends on behalf of a site that has no business here (MCP transports,
 * Security Warning): by its {@code Origin}, and, against DNS rebinding, by its {@code Host}. CORS
 * only keeps a site from reading answers; this keeps its requests out. Immutable and thread-safe.
 *
 * <p>A request without {@code Origin} passes as far as that goes: it comes from no browser, or is a
 * GET or HEAD, whose answer only a script of the same site could read. To be of the same site is
 * what DNS rebinding feigns; there only the name of the host tells.
 */
public final class OriginValidation {
  private final Optional<List<AllowedOrigin>> allowedOrigins;
  private final Optional<CorsPolicy> cors;
  private final Optional<Predicate<String>> ownHosts;

  private OriginValidation(
      Optional<List<AllowedOrigin>> allowedOrigins,
      Optional<CorsPolicy> cors,
      Optional<Predicate<String>> ownHosts) {
    this.allowedOrigins = allowedOrigins;
    this.cors = cors;
    this.ownHosts = ownHosts;
  }

  /**
   * A validation of {@code Origin} only.
   *
   * @param allowedOrigins {@code scheme://host[:port]}, or the same with {@code *} in the host for
   *     any run of characters; empty for no validation at all, none in it to refuse every origin
   * @param cors its origins are allowed too
   * @throws IllegalArgumentException when an origin is malformed; {@code *} alone is, for it would
   *     allow {@code null} as well
   */
  public static OriginValidation of(
      Optional<List<String>> allowedOrigins, Optional<CorsPolicy> cors) {
    return new OriginValidation(
        allowedOrigins.map(
            origins -> origins.stream().map(OriginValidation::allowedOrigin).toList()),
        cors,
        Optional.empty());
  }

  private static AllowedOrigin allowedOrigin(String text) {
    return AllowedOrigin.ofSite(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "allowedOrigins: "
                        + text
                        + " (expected: scheme://host[:port] without a path, * only in the host)"));
  }

  /**
   * The same, and a protection against DNS rebinding: hosts other than {@linkplain Loopback this
   * machine} are refused, and so are other origins, unless they are allowed by name.
   *
   * @param ownHosts tells of a host, lower case and without port, whether it is the gateway's all
   *     the same
   */
  public OriginValidation againstRebinding(Predicate<String> ownHosts) {
    return new OriginValidation(allowedOrigins, cors, Optional.of(ownHosts));
  }

  /**
   * Judges one request.
   *
   * @param clientRequest the request
   * @param origin how the client sees the gateway
   * @return why it is refused; empty when it is not
   */
  public Optional<Refusal> judge(RequestHead clientRequest, PublicOrigin origin) {
    if (ownHosts.isPresent()) {
      // What a proxy reports is checked too, but excuses nothing: a script can set any field on its
      // way to a trusted address, but never the Host.
      String host = clientRequest.host();
      if (!isOwn(host)) {
        return Optional.of(new Refusal(HeaderNames.HOST, host));
      }
      if (!origin.host().equals(host) && !isOwn(origin.host())) {
        return Optional.of(new Refusal(HeaderNames.HOST, origin.host()));
      }
    }
    List<String> origins = clientRequest.headers().all(HeaderNames.ORIGIN);
    boolean unchecked = allowedOrigins.isEmpty() && ownHosts.isEmpty();
    if (unchecked || origins.isEmpty() || (origins.size() == 1 && allows(origins.get(0)))) {
      return Optional.empty();
    }
    return Optional.of(new Refusal(HeaderNames.ORIGIN, String.join(", ", origins)));
  }

  private boolean isOwn(String host) {
    return Loopback.isHost(host) || ownHosts.filter(own -> own.test(host)).isPresent();
  }

  private boolean allows(String origin) {
    return cors.filter(policy -> policy.allows(origin)).isPresent()
        || allowedOrigins
            .map(allowed -> allowed.stream().anyMatch(each -> each.allows(origin)))
            .orElseGet(() -> isLocal(origin));
  }

  private static boolean isLocal(String text) {
    AllowedOrigin.Origin origin = AllowedOrigin.Origin.parse(text);
    return origin != null && Loopback.isHost(origin.host());
  }

  /**
   * Why a request is refused.
   *
   * @param field the name of the header field that does not fit
   * @param value what it says, as it came
   */
  public record Refusal(String field, String value) {
    /** For the client's developer. */
    public String message() {
      return field + " is not allowed";
    }

    /** For the operator's log: printable, and short. */
    public String reason() {
      return message() + ": " + PrintableText.of(value);
    }
  }
}
