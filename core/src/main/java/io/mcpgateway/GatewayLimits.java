package io.mcpgateway;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import java.time.Duration;
import java.util.Optional;

/**
 * How much the gateway takes on, of one request and of all together. What is beyond is refused with
 * a status that says so, and nothing of it is kept: memory and threads stay within what {@code
 * docs/reliability.md} states. Immutable and thread-safe.
 *
 * @param headerFields how many header fields a request may have; beyond: 431 (RFC 6585, 5)
 * @param targetLength how many characters path and query may have; beyond: 414 (RFC 9110, 15.5.15)
 * @param messageBytes how long a message may be that a policy reads, in bytes; beyond: 413
 * @param messageBytesInAll how many bytes of such messages are held at a time; beyond: 503
 * @param requestBodyPatience how long a client may take to send the next bytes of its request, and
 *     how long in all before it has to have sent 500 bytes for each further second; beyond: 408
 * @param requests how many requests may be under way, streams included; beyond: 503
 * @param streams how many listening streams may be open: {@code GET} for an event stream, and
 *     {@code subscriptions/listen} (MCP 2026-07-28); beyond: 503
 * @param streamsPerRoute how many of them on one route; beyond: 503
 * @param streamsPerCaller how many of them for one authenticated caller; beyond: 429 (RFC 6585, 4)
 */
public record GatewayLimits(
    int headerFields,
    int targetLength,
    int messageBytes,
    long messageBytesInAll,
    Duration requestBodyPatience,
    int requests,
    int streams,
    int streamsPerRoute,
    int streamsPerCaller) {
  /** What holds unless something else is said. */
  public static final GatewayLimits DEFAULT = builder().build();

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException when one is not positive
   */
  public GatewayLimits {
    checkPositive("headerFields", headerFields);
    checkPositive("targetLength", targetLength);
    checkPositive("messageBytes", messageBytes);
    checkPositive("messageBytesInAll", messageBytesInAll);
    McpGateway.checkPositive("requestBodyPatience", requestBodyPatience);
    checkPositive("requests", requests);
    checkPositive("streams", streams);
    checkPositive("streamsPerRoute", streamsPerRoute);
    checkPositive("streamsPerCaller", streamsPerCaller);
  }

  private static void checkPositive(String name, long limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(name + ": " + limit + " (expected: >= 1)");
    }
  }

  /** Returns a new builder, which begins with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The answer to a request whose head is too large; empty when it is not. */
  Optional<Response> refuse(RequestHead clientRequest) {
    if (clientRequest.path().length() + clientRequest.query().length() > targetLength) {
      return Optional.of(Response.json(414, Headers.EMPTY, "{\"error\":\"uri_too_long\"}"));
    }
    return clientRequest.headers().size() > headerFields
        ? Optional.of(Response.json(431, Headers.EMPTY, "{\"error\":\"header_fields_too_large\"}"))
        : Optional.empty();
  }

  /** Collects limits. Not thread-safe. */
  public static final class Builder {
    private int headerFields = 100;
    private int targetLength = 8 * 1024;
    private int messageBytes = 4 * 1024 * 1024;
    private long messageBytesInAll = 64L * 1024 * 1024;
    private Duration requestBodyPatience = Duration.ofSeconds(30);
    private int requests = 16_384;
    private int streams = 10_000;
    private int streamsPerRoute = 10_000;
    private int streamsPerCaller = 100;

    private Builder() {}

    /**
     * Limits the header fields of a request. Default: 100. How many bytes they may have is the
     * server's to limit.
     *
     * @param most how many
     * @return this
     */
    public Builder headerFields(int most) {
      this.headerFields = most;
      return this;
    }

    /**
     * Limits path and query. Default: 8192.
     *
     * @param most characters, as they are written
     * @return this
     */
    public Builder targetLength(int most) {
      this.targetLength = most;
      return this;
    }

    /**
     * Limits the messages that policies read. Default: 4 MiB. A message that is only forwarded is
     * not held, and has a limit of its own ({@link McpGateway.Builder#maxRequestBytes}).
     *
     * @param most bytes
     * @return this
     */
    public Builder messageBytes(int most) {
      this.messageBytes = most;
      return this;
    }

    /**
     * Limits what is held of all messages that policies read. Default: 64 MiB.
     *
     * @param most bytes
     * @return this
     */
    public Builder messageBytesInAll(long most) {
      this.messageBytesInAll = most;
      return this;
    }

    /**
     * Limits how long the body of a request may take: the next bytes come in that time, and all of
     * them in that time and a second more for each 500 bytes. Only the time counts in which the
     * gateway waits for the client. Default: 30 s.
     *
     * @param patience positive
     * @return this
     */
    public Builder requestBodyPatience(Duration patience) {
      this.requestBodyPatience = patience;
      return this;
    }

    /**
     * Limits the requests that are under way. Default: 16384.
     *
     * @param most how many
     * @return this
     */
    public Builder requests(int most) {
      this.requests = most;
      return this;
    }

    /**
     * Limits the listening streams that are open. Default: 10000.
     *
     * @param most how many
     * @return this
     */
    public Builder streams(int most) {
      this.streams = most;
      return this;
    }

    /**
     * Limits the listening streams of each route. Default: 10000.
     *
     * @param most how many
     * @return this
     */
    public Builder streamsPerRoute(int most) {
      this.streamsPerRoute = most;
      return this;
    }

    /**
     * Limits the listening streams of each caller, told apart by issuer and subject. Callers that
     * nobody has authenticated are not told apart. Default: 100.
     *
     * @param most how many
     * @return this
     */
    public Builder streamsPerCaller(int most) {
      this.streamsPerCaller = most;
      return this;
    }

    /**
     * Returns the limits.
     *
     * @throws IllegalArgumentException when one is not positive
     */
    public GatewayLimits build() {
      return new GatewayLimits(
          headerFields,
          targetLength,
          messageBytes,
          messageBytesInAll,
          requestBodyPatience,
          requests,
          streams,
          streamsPerRoute,
          streamsPerCaller);
    }
  }
}
