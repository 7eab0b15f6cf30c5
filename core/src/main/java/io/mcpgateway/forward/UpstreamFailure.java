package io.mcpgateway.forward;

import io.mcpgateway.http.BodyRefusedException;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.json.Json;
import io.mcpgateway.mcp.JsonRpcError;
import io.mcpgateway.mcp.McpMessage;
import io.mcpgateway.telemetry.RefusalCode;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.RetryableRequestException;

/**
 * Why a request could not be served by its backend, and what the client is told of it.
 *
 * @param status the HTTP status
 * @param error a word for machines
 * @param message for the client's developer; nothing of the inside
 * @param reason for the operator's log
 */
record UpstreamFailure(int status, String error, String message, String reason) {
  // Jetty's client (12.1.14) has no type for it.
  private static final String JETTY_HEAD_TOO_LARGE = "Request headers too large";

  /** The request body is longer than allowed. */
  static final class RequestTooLarge extends IOException {
    private static final long serialVersionUID = 1;

    RequestTooLarge(long limit) {
      super("the request body is larger than " + limit + " bytes");
    }
  }

  /** The request head is larger than its backend takes. */
  static final class HeadTooLarge extends IOException {
    private static final long serialVersionUID = 1;

    HeadTooLarge(int limit) {
      super("the request head is larger than the backend takes, " + limit + " bytes");
    }
  }

  /** The request body did not come to its end. */
  static final class ClientBroke extends IOException {
    private static final long serialVersionUID = 1;

    ClientBroke(Throwable cause) {
      super("the request body broke off", cause);
    }
  }

  /** The backend sends the client to an address that only the gateway should know. */
  static final class RedirectToBackend extends IOException {
    private static final long serialVersionUID = 1;

    RedirectToBackend(String location) {
      super("the backend redirects to " + location + "; name that address as the backend");
    }
  }

  /** The backend does not take what the gateway proves itself with. */
  static final class CredentialRefused extends IOException {
    private static final long serialVersionUID = 1;

    CredentialRefused() {
      super("the backend refuses the credential of the gateway (backendAuth): 401");
    }
  }

  /** The head of the response must not be passed on. */
  static final class MalformedHead extends IOException {
    private static final long serialVersionUID = 1;

    MalformedHead(String flaw) {
      super("the backend's response is malformed: " + flaw);
    }
  }

  /** The server in front cannot write the head of the response. */
  static final class ResponseHeadTooLarge extends IOException {
    private static final long serialVersionUID = 1;

    ResponseHeadTooLarge(int size, int limit) {
      super("the response head has " + size + " bytes; this server writes " + limit + " at most");
    }
  }

  /** The endpoint event of a stream cannot be read. */
  static final class UnreadableStream extends IOException {
    private static final long serialVersionUID = 1;

    UnreadableStream() {
      super("the backend's response is encoded, so that what has to be read in it cannot be");
    }
  }

  /** There was no connection to send the request on. */
  static final class NotConnected extends IOException {
    private static final long serialVersionUID = 1;

    NotConnected(Throwable cause) {
      super(reason(cause), cause);
    }
  }

  /** Nobody tried to connect: it has failed too often. */
  static final class CircuitOpen extends IOException {
    private static final long serialVersionUID = 1;

    CircuitOpen(BackendState state) {
      super("the backend is unreachable: " + state.lastFailure().orElse(""));
    }
  }

  static UpstreamFailure of(Throwable cause) {
    if (cause instanceof RequestTooLarge) {
      return new UpstreamFailure(
          413, "content_too_large", "the request body is too large", reason(cause));
    }
    if (cause instanceof HeadTooLarge || JETTY_HEAD_TOO_LARGE.equals(cause.getMessage())) {
      return new UpstreamFailure(
          431, "header_fields_too_large", "the request head is too large", reason(cause));
    }
    if (cause instanceof BodyRefusedException refused) {
      return new UpstreamFailure(
          refused.status(), "request_timeout", reason(refused), reason(refused));
    }
    if (cause instanceof ClientBroke) {
      return new UpstreamFailure(
          400, "bad_request", "the request body is not complete", reason(cause));
    }
    if (cause instanceof TimeoutException) {
      return new UpstreamFailure(
          504, "gateway_timeout", "the MCP server did not answer in time", reason(cause));
    }
    if (cause instanceof CircuitOpen) {
      return new UpstreamFailure(
          503, "unavailable", "the MCP server could not be reached", reason(cause));
    }
    if (cause instanceof RejectedExecutionException) {
      return new UpstreamFailure(
          503, "overloaded", "too many requests wait for the MCP server", reason(cause));
    }
    return new UpstreamFailure(
        502,
        "bad_gateway",
        cause instanceof CredentialRefused
            ? "the MCP server refuses the gateway"
            : "the MCP server could not be reached",
        reason(cause));
  }

  /**
   * Why, in short: what Jetty says of a lost connection is a dump of its inside.
   *
   * @param cause what happened
   */
  static String reason(Throwable cause) {
    if (cause instanceof EOFException || cause instanceof ClosedChannelException) {
      return "the backend closed the connection";
    }
    if (cause instanceof RetryableRequestException) {
      return "the backend closes the connection, and did not take the request any more";
    }
    String message = cause.getMessage();
    String said = message == null ? cause.getClass().getSimpleName() : message;
    return cause instanceof SSLException ? "TLS: " + said + root(said, cause) : said;
  }

  /** The JDK says that a certificate is not valid, and in the cause why. */
  private static String root(String said, Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String why = String.valueOf(root.getMessage());
    return said.contains(why) ? "" : ": " + why;
  }

  /** What operators are told, in a word. */
  RefusalCode code() {
    return switch (status) {
      case 400, 408, 413 -> RefusalCode.BAD_BODY;
      case 431 -> RefusalCode.HEAD_TOO_LARGE;
      case 504 -> RefusalCode.BACKEND_TIMEOUT;
      default -> error.equals("overloaded") ? RefusalCode.OVERLOADED : RefusalCode.BACKEND_FAILED;
    };
  }

  /**
   * The answer to the client: in JSON-RPC's terms when the request was JSON-RPC.
   *
   * @param request what is known of the request
   * @param policyHeaders fields that every answer carries
   */
  Response response(McpMessage request, Headers policyHeaders) {
    Headers responseHeaders = status == 503 ? retryable(policyHeaders) : policyHeaders;
    if (request.method().isPresent()) {
      int code = status < 500 ? JsonRpcError.INVALID_REQUEST : JsonRpcError.INTERNAL_ERROR;
      return Response.json(
          status, responseHeaders, new JsonRpcError(code, message).body(request.id()));
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("error", error);
    body.put("error_description", message);
    return Response.json(status, responseHeaders, Json.write(body));
  }

  private static Headers retryable(Headers headers) {
    return headers.toBuilder()
        .add(HeaderNames.RETRY_AFTER, String.valueOf(Circuit.PAUSE.toSeconds()))
        .build();
  }
}
