package io.mcpgateway;

import io.mcpgateway.backendauth.SignedIdentity;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.jwt.JwtSigner;
import java.util.List;
import java.util.Optional;

/** The public keys by which signed identities are verified, and the answer that tells them. */
final class IdentityKeys {
  // Verifiers ask again for a key that they do not know; a withdrawn one is gone in minutes.
  private static final String CACHE = "public, max-age=300";

  private IdentityKeys() {}

  /**
   * Collects the keys of all routes.
   *
   * @param listeners have the routes
   * @return a JWK set (RFC 7517, 5); empty when no route signs
   */
  static Optional<String> of(List<Listener> listeners) {
    List<JwtSigner> signers =
        listeners.stream()
            .flatMap(listener -> listener.routes().stream())
            .flatMap(route -> route.signedIdentity().stream())
            .map(SignedIdentity::signer)
            .toList();
    return signers.isEmpty() ? Optional.empty() : Optional.of(JwtSigner.jwkSet(signers));
  }

  /**
   * Answers a request to the keys' path.
   *
   * @param request for the keys
   * @param keys a JWK set
   * @param origin how the client sees the gateway
   */
  static Verdict answer(RequestHead request, String keys, PublicOrigin origin) {
    boolean asked = request.method().equals("GET") || request.method().equals("HEAD");
    Response response =
        asked
            ? Response.json(200, Headers.of(HeaderNames.CACHE_CONTROL, CACHE), keys)
            : Response.json(
                405,
                Headers.of(HeaderNames.ALLOW, "GET, HEAD"),
                "{\"error\":\"method_not_allowed\"}");
    return new Verdict.Answer(
        response, origin, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
