package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.mcp.McpMessage;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UpstreamFailureTest {
  private static final McpMessage CALL =
      new McpMessage(Optional.of("tools/call"), Optional.of("add"), Optional.of("\"a-1\""));

  record Case(Throwable cause, int status, String error, String message, int code) {}

  static List<Case> cases() {
    String unreachable = "the MCP server could not be reached";
    return List.of(
        new Case(
            new UpstreamFailure.RequestTooLarge(10),
            413,
            "content_too_large",
            "the request body is too large",
            -32600),
        new Case(
            new UpstreamFailure.HeadTooLarge(10),
            431,
            "header_fields_too_large",
            "the request head is too large",
            -32600),
        new Case(
            new IllegalArgumentException("Request headers too large"),
            431,
            "header_fields_too_large",
            "the request head is too large",
            -32600),
        new Case(new SSLHandshakeException("canary"), 502, "bad_gateway", unreachable, -32603),
        new Case(
            new UpstreamFailure.ClientBroke(new IOException("canary")),
            400,
            "bad_request",
            "the request body is not complete",
            -32600),
        new Case(
            new TimeoutException("canary"),
            504,
            "gateway_timeout",
            "the MCP server did not answer in time",
            -32603),
        new Case(
            new UpstreamFailure.CircuitOpen(
                new BackendState("http://canary", false, Instant.EPOCH, Optional.of("canary"))),
            503,
            "unavailable",
            unreachable,
            -32603),
        new Case(
            new UpstreamFailure.NotConnected(new TimeoutException("canary")),
            502,
            "bad_gateway",
            unreachable,
            -32603),
        new Case(
            new RejectedExecutionException("canary"),
            503,
            "overloaded",
            "too many requests wait for the MCP server",
            -32603),
        new Case(new ConnectException("canary"), 502, "bad_gateway", unreachable, -32603),
        new Case(new SocketTimeoutException("canary"), 502, "bad_gateway", unreachable, -32603),
        new Case(new UnknownHostException("canary"), 502, "bad_gateway", unreachable, -32603),
        new Case(new EOFException(), 502, "bad_gateway", unreachable, -32603),
        new Case(new IllegalStateException("canary"), 502, "bad_gateway", unreachable, -32603),
        new Case(
            new UpstreamFailure.RedirectToBackend("http://canary"),
            502,
            "bad_gateway",
            unreachable,
            -32603));
  }

  private static Headers retryable(Case failed, Headers headers) {
    return failed.status() == 503 ? headers.toBuilder().add("Retry-After", "1").build() : headers;
  }

  // MCP 2025-06-18, Session Management: 400 and 404 would make clients drop their session.
  @ParameterizedTest
  @MethodSource("cases")
  void response_jsonRpcRequest_isAnErrorWithItsId(Case failed) {
    assertThat(UpstreamFailure.of(failed.cause()).response(CALL, Headers.of("Vary", "Origin")))
        .isEqualTo(
            Response.json(
                failed.status(),
                retryable(failed, Headers.of("Vary", "Origin")),
                "{\"jsonrpc\":\"2.0\",\"id\":\"a-1\",\"error\":{\"code\":%d,\"message\":\"%s\"}}"
                    .formatted(failed.code(), failed.message())));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void response_otherRequest_isPlainJson(Case failed) {
    assertThat(UpstreamFailure.of(failed.cause()).response(McpMessage.UNKNOWN, Headers.EMPTY))
        .isEqualTo(
            Response.json(
                failed.status(),
                retryable(failed, Headers.EMPTY),
                "{\"error\":\"%s\",\"error_description\":\"%s\"}"
                    .formatted(failed.error(), failed.message())));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void reason_isForTheOperatorOnly(Case failed) {
    UpstreamFailure failure = UpstreamFailure.of(failed.cause());

    assertThat(failure.reason()).isNotBlank();
    assertThat(failure.response(CALL, Headers.EMPTY).body()).doesNotContain("canary");
  }

  @Test
  void reason_isShort() {
    assertThat(UpstreamFailure.of(new EOFException("a dump of a connection")).reason())
        .isEqualTo("the backend closed the connection");
    assertThat(UpstreamFailure.of(new ClosedChannelException()).reason())
        .isEqualTo("the backend closed the connection");
    assertThat(UpstreamFailure.of(new SocketException()).reason()).isEqualTo("SocketException");
    assertThat(UpstreamFailure.of(new ConnectException("refused")).reason()).isEqualTo("refused");
  }

  @Test
  void reason_ofTls_saysWhy() {
    Exception why = new CertificateException("NotAfter: yesterday");
    SSLException failure = new SSLHandshakeException("not valid");
    failure.initCause(new CertificateException("not valid either", why));

    assertThat(UpstreamFailure.of(failure).reason())
        .isEqualTo("TLS: not valid: NotAfter: yesterday");
    assertThat(UpstreamFailure.of(new SSLException("closed")).reason()).isEqualTo("TLS: closed");
  }
}
