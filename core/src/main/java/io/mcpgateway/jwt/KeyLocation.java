package io.mcpgateway.jwt;

import io.mcpgateway.fetch.FetchException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Which URL the JWK set has. Implementations are thread-safe and never block. */
interface KeyLocation {
  /** The URL; fails with a {@link FetchException} when it cannot be found out. */
  CompletionStage<URI> url();

  /** Told when the keys could not be had there, so that the next question is a new one. */
  void forget();

  /** Where that is, for people. */
  String description();

  /** A URL that the configuration names. */
  static KeyLocation fixed(URI url) {
    return new FixedLocation(url);
  }

  /**
   * A URL that the configuration names.
   *
   * @param jwksUrl of the JWK set
   */
  record FixedLocation(URI jwksUrl) implements KeyLocation {
    @Override
    public CompletionStage<URI> url() {
      return CompletableFuture.completedStage(jwksUrl);
    }

    @Override
    public void forget() {}

    @Override
    public String description() {
      return jwksUrl.toString();
    }
  }
}
