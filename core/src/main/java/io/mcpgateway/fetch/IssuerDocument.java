package io.mcpgateway.fetch;

import io.mcpgateway.json.Json;
import io.mcpgateway.json.MalformedJsonException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The metadata that an issuer publishes of itself (RFC 8414, OpenID Connect Discovery).
 *
 * @param url where it was found
 * @param text as it came
 * @param members the same, read
 * @param lifetime how long it is fresh: one minute to 24 hours
 */
public record IssuerDocument(URI url, String text, Map<String, Object> members, Duration lifetime) {
  private static final String OAUTH = "/.well-known/oauth-authorization-server";
  private static final String OPENID = "/.well-known/openid-configuration";

  /**
   * Takes from a document what somebody needs of it.
   *
   * @param <T> what that is
   */
  @FunctionalInterface
  public interface Reading<T> {
    /**
     * Reads one document.
     *
     * @param document whose issuer is the right one
     * @return what is needed
     * @throws FetchException when it is not there; then the next document is asked for
     */
    T read(IssuerDocument document) throws FetchException;
  }

  /**
   * A member that is a text.
   *
   * @param name the member's name
   * @return empty when it is missing, or something else
   */
  public Optional<String> member(String name) {
    return members.get(name) instanceof String value ? Optional.of(value) : Optional.empty();
  }

  /**
   * Where an issuer's metadata may be, in the order of MCP authorization (Authorization Server
   * Metadata Discovery; RFC 8414, 3.1 and 5): inserted before the path, then appended to it.
   *
   * @param issuer a URL without query and fragment
   */
  public static List<URI> locations(URI issuer) {
    String origin = issuer.getScheme() + "://" + issuer.getRawAuthority();
    String path = issuer.getRawPath().replaceFirst("/$", "");
    return path.isEmpty()
        ? List.of(URI.create(origin + OAUTH), URI.create(origin + OPENID))
        : List.of(
            URI.create(origin + OAUTH + path),
            URI.create(origin + OPENID + path),
            URI.create(origin + path + OPENID));
  }

  /**
   * Asks for one document after the other, until one does.
   *
   * @param <T> what is read
   * @param fetcher asks
   * @param issuer exactly as the document has to spell it
   * @param url the same, parsed
   * @param reading takes what is needed
   * @return completes on a thread of the fetcher, or exceptionally with a {@link FetchException}
   */
  public static <T> CompletionStage<T> find(
      DocumentFetcher fetcher, String issuer, URI url, Reading<T> reading) {
    return find(fetcher, issuer, locations(url), reading);
  }

  private static <T> CompletionStage<T> find(
      DocumentFetcher fetcher, String issuer, List<URI> remaining, Reading<T> reading) {
    URI location = remaining.get(0);
    List<URI> others = remaining.subList(1, remaining.size());
    return fetcher
        .fetch(FetchRequest.get(location, "application/json"))
        .thenCompose(
            fetched -> {
              try {
                return CompletableFuture.completedStage(
                    reading.read(parse(location, fetched, issuer)));
              } catch (FetchException unusable) {
                return CompletableFuture.failedStage(unusable);
              }
            })
        .exceptionallyCompose(
            failure ->
                // A server that does not answer will not answer the next question either.
                others.isEmpty() || !hasAnswered(failure)
                    ? CompletableFuture.failedStage(failure)
                    : find(fetcher, issuer, others, reading));
  }

  private static boolean hasAnswered(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof FetchException fetch && fetch.answered();
  }

  private static IssuerDocument parse(URI location, FetchedDocument fetched, String issuer)
      throws FetchException {
    Map<String, Object> members;
    try {
      members = Json.readObject(fetched.content());
    } catch (MalformedJsonException malformed) {
      throw FetchException.unusableAnswer(location, String.valueOf(malformed.getMessage()));
    }
    // RFC 8414, 3.3: identical, or whoever serves this document speaks for somebody else.
    if (!issuer.equals(members.get("issuer"))) {
      throw FetchException.unusableAnswer(
          location, "metadata of another issuer (expected: " + issuer + ")");
    }
    return new IssuerDocument(
        location, fetched.text(), members, DocumentLifetime.of(fetched.headers()));
  }
}
