package io.mcpgateway.jwt;

import io.mcpgateway.fetch.DocumentFetcher;
import io.mcpgateway.fetch.FetchException;
import io.mcpgateway.fetch.FetchRequest;
import io.mcpgateway.fetch.FetchedDocument;
import io.mcpgateway.fetch.SecureUrl;
import io.mcpgateway.http.PrintableText;
import io.mcpgateway.json.Json;
import io.mcpgateway.json.MalformedJsonException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Finds the JWK set by the issuer's own metadata (RFC 8414, OpenID Connect Discovery). The answer
 * is remembered for an hour.
 */
final class IssuerMetadata implements KeyLocation {
  private static final Duration REMEMBERED = Duration.ofHours(1);
  private static final String OAUTH = "/.well-known/oauth-authorization-server";
  private static final String OPENID = "/.well-known/openid-configuration";

  private final String issuer;
  private final List<URI> documents;
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
    this.documents = documents(url);
    this.fetcher = fetcher;
    this.allowInsecure = allowInsecure;
    this.clock = clock;
  }

  /**
   * Where an issuer's metadata may be, in the order of MCP authorization (Authorization Server
   * Metadata Discovery; RFC 8414, 3.1 and 5): inserted before the path, then appended to it.
   *
   * @param issuer a URL without query and fragment
   */
  static List<URI> documents(URI issuer) {
    String origin = issuer.getScheme() + "://" + issuer.getRawAuthority();
    String path = issuer.getRawPath().replaceFirst("/$", "");
    return path.isEmpty()
        ? List.of(URI.create(origin + OAUTH), URI.create(origin + OPENID))
        : List.of(
            URI.create(origin + OAUTH + path),
            URI.create(origin + OPENID + path),
            URI.create(origin + path + OPENID));
  }

  @Override
  public CompletionStage<URI> url() {
    Optional<Found> known = Objects.requireNonNull(found.get());
    if (known.isPresent() && known.get().isFresh(clock.instant())) {
      return CompletableFuture.completedStage(known.get().jwksUrl());
    }
    return ask(documents)
        .thenApply(
            url -> {
              found.set(Optional.of(new Found(url, clock.instant())));
              return url;
            });
  }

  /** Asks for one document after the other. */
  private CompletionStage<URI> ask(List<URI> remaining) {
    URI document = remaining.get(0);
    List<URI> others = remaining.subList(1, remaining.size());
    return fetcher
        .fetch(FetchRequest.get(document, "application/json"))
        .thenCompose(fetched -> jwksUrl(document, fetched))
        .exceptionallyCompose(
            failure ->
                // A server that does not answer will not answer the next question either.
                others.isEmpty() || !hasAnswered(failure)
                    ? CompletableFuture.failedStage(failure)
                    : ask(others));
  }

  private static boolean hasAnswered(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof FetchException fetch && fetch.answered();
  }

  private CompletionStage<URI> jwksUrl(URI document, FetchedDocument fetched) {
    Map<String, Object> metadata;
    try {
      metadata = Json.readObject(fetched.content());
    } catch (MalformedJsonException malformed) {
      return unusable(document, String.valueOf(malformed.getMessage()));
    }
    // RFC 8414, 3.3: identical, or whoever serves this document speaks for somebody else.
    if (!issuer.equals(metadata.get("issuer"))) {
      return unusable(document, "metadata of another issuer (expected: " + issuer + ")");
    }
    if (!(metadata.get("jwks_uri") instanceof String location)) {
      return unusable(document, "no jwks_uri");
    }
    return SecureUrl.parse(location, allowInsecure)
        .<CompletionStage<URI>>map(CompletableFuture::completedStage)
        .orElseGet(
            () ->
                unusable(
                    document, "jwks_uri " + PrintableText.of(location) + " (expected: https)"));
  }

  private static CompletionStage<URI> unusable(URI document, String problem) {
    return CompletableFuture.failedStage(FetchException.unusableAnswer(document, problem));
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
