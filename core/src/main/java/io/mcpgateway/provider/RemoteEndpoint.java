package io.mcpgateway.provider;

import io.mcpgateway.fetch.DocumentFetcher;
import io.mcpgateway.fetch.FetchException;
import io.mcpgateway.fetch.FetchRequest;
import io.mcpgateway.fetch.FetchedDocument;
import io.mcpgateway.fetch.IssuerDocument;
import io.mcpgateway.fetch.SecureUrl;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** An endpoint of the authorization server itself, found by its metadata. */
final class RemoteEndpoint {
  private final String member;
  private final CachedDocument metadata;
  private final DocumentFetcher fetcher;
  private final boolean allowInsecure;

  /**
   * Prepares the search.
   *
   * @param member of the metadata that names the endpoint
   */
  RemoteEndpoint(
      String member, CachedDocument metadata, DocumentFetcher fetcher, boolean allowInsecure) {
    this.member = member;
    this.metadata = metadata;
    this.fetcher = fetcher;
    this.allowInsecure = allowInsecure;
  }

  /** Where it is; fails when the metadata does not say so, or names what must not be asked. */
  CompletionStage<URI> url() {
    return metadata.get().thenCompose(this::url);
  }

  private CompletionStage<URI> url(IssuerDocument document) {
    Optional<String> location = document.member(member);
    return location
        .flatMap(text -> SecureUrl.parse(text, allowInsecure))
        .<CompletionStage<URI>>map(CompletableFuture::completedStage)
        .orElseGet(
            () ->
                CompletableFuture.failedStage(
                    FetchException.unusableAnswer(
                        document.url(),
                        member
                            + " "
                            + location.map(SecureUrl::shown).orElse("missing")
                            + " (expected: an https URL)")));
  }

  /**
   * Asks it.
   *
   * @param request what to ask, when its URL is known
   */
  CompletionStage<FetchedDocument> send(Function<URI, FetchRequest> request) {
    return url().thenCompose(url -> fetcher.send(request.apply(url)));
  }
}
