package io.mcpgateway.jwt;

import io.mcpgateway.fetch.DocumentFetcher;
import io.mcpgateway.fetch.FetchException;
import io.mcpgateway.fetch.IssuerDocument;
import io.mcpgateway.fetch.SecureUrl;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Finds the JWK set by the issuer's own metadata (RFC 8414, OpenID Connect Discovery). The answer
 * is remembered for an hour.
 */
final class IssuerMetadata implements KeyLocation {
  private static final Duration REMEMBERED = Duration.ofHours(1);

  private final String issuer;
  private final URI url;
  private final DocumentFetcher fetcher;
  private final boolean allowInsecure;
  private final Clock clock;
  private final AtomicReference<Optional<Found>> found = new AtomicReference<>(Optional.empty());

  /**
   * What a document said.
   *
   * @param jwksUrl where the keys are
   * @param since when it was said
   */
  private record Found(URI jwksUrl, Instant since) {
    boolean isFresh(Instant now) {
      return !now.isBefore(since) && now.isBefore(since.plus(REMEMBERED));
    }
  }

  /**
   * Prepares the search.
   *
   * @param issuer exactly as tokens spell it
   * @param url the same, parsed
   */
  IssuerMetadata(
      String issuer, URI url, DocumentFetcher fetcher, boolean allowInsecure, Clock clock) {
    this.issuer = issuer;
    this.url = url;
    this.fetcher = fetcher;
    this.allowInsecure = allowInsecure;
    this.clock = clock;
  }

  @Override
  public CompletionStage<URI> url() {
    Optional<Found> known = Objects.requireNonNull(found.get());
    if (known.isPresent() && known.get().isFresh(clock.instant())) {
      return CompletableFuture.completedStage(known.get().jwksUrl());
    }
    return IssuerDocument.find(fetcher, issuer, url, this::jwksUrl)
        .thenApply(
            keys -> {
              found.set(Optional.of(new Found(keys, clock.instant())));
              return keys;
            });
  }

  private URI jwksUrl(IssuerDocument metadata) throws FetchException {
    Optional<String> location = metadata.member("jwks_uri");
    if (location.isEmpty()) {
      throw FetchException.unusableAnswer(metadata.url(), "no jwks_uri");
    }
    Optional<URI> keys = SecureUrl.parse(location.get(), allowInsecure);
    if (keys.isEmpty()) {
      throw FetchException.unusableAnswer(
          metadata.url(), "jwks_uri " + SecureUrl.shown(location.get()) + " (expected: https)");
    }
    return keys.get();
  }

  @Override
  public void forget() {
    found.set(Optional.empty());
  }

  @Override
  public String description() {
    return "metadata of " + issuer;
  }
}
