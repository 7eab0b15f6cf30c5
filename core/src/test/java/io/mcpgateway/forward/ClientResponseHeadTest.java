package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientResponseHeadTest {
  private static final Backend BACKEND = Backend.of("http://backend.internal:8000/mcp");

  private static ForwardPlan plan(boolean originConsumed, String... responseHeaders) {
    return Plans.of(
        BACKEND,
        RequestHead.builder("POST", "/mcp").build(),
        new PublicOrigin("https", "mcp.example.com", "", "203.0.113.9", false),
        originConsumed,
        Headers.of(responseHeaders));
  }

  private static ResponseHead head(String... backendResponse) {
    return ClientResponseHead.of(200, Headers.of(backendResponse), plan(false));
  }

  @Test
  void of_endToEndFields_passUnchanged() {
    String[] fields = {
      "content-type", "application/json",
      "Mcp-Session-Id", "s",
      "Content-Length", "7",
      "WWW-Authenticate", "Bearer realm=\"backend\"",
      "Set-Cookie", "a=1",
      "Set-Cookie", "b=2",
      "Cache-Control", "no-store",
      "Retry-After", "3",
      "X-Unknown", ""
    };

    for (int status : new int[] {200, 202, 400, 401, 404, 405, 500, 503}) {
      assertThat(ClientResponseHead.of(status, Headers.of(fields), plan(false)))
          .isEqualTo(new ResponseHead(status, Headers.of(fields)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection",
        "Keep-Alive",
        "Transfer-Encoding",
        "TE",
        "Trailer",
        "Upgrade",
        "Proxy-Authenticate",
        "Proxy-Connection"
      })
  void of_hopByHopFields_areDropped(String name) {
    assertThat(head(name, "x").headers()).isEqualTo(Headers.EMPTY);
  }

  @Test
  void of_nominatedFields_areDropped() {
    assertThat(head("Connection", "x-foo", "X-Foo", "1", "X-Bar", "2").headers())
        .isEqualTo(Headers.of("X-Bar", "2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/event-stream",
        "text/event-stream;charset=utf-8",
        "Text/Event-Stream",
        "text/event-stream "
      })
  void of_eventStream_isNotHeldBackByProxies(String type) {
    assertThat(head("Content-Type", type).headers())
        .isEqualTo(Headers.of("Content-Type", type, "X-Accel-Buffering", "no"));
  }

  @Test
  void of_backendSaysHowToBuffer_isLeftAlone() {
    assertThat(head("Content-Type", "text/event-stream", "x-accel-buffering", "yes").headers())
        .isEqualTo(Headers.of("Content-Type", "text/event-stream", "x-accel-buffering", "yes"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/plain", "application/x-text/event-stream"})
  void of_otherType_hasNoBufferingField(String type) {
    assertThat(head("Content-Type", type).headers().contains("X-Accel-Buffering")).isFalse();
  }

  @Test
  void of_corsOfTheBackend_yieldsToTheGateways() {
    Headers backendResponse =
        Headers.of(
            "access-control-allow-origin", "*",
            "Access-Control-Expose-Headers", "X-Backend",
            "Access-Control-Allow-Credentials", "true",
            "Vary", "Accept");

    assertThat(
            ClientResponseHead.of(
                200,
                backendResponse,
                plan(true, "Vary", "Origin", "Access-Control-Allow-Origin", "https://app.example")))
        .isEqualTo(
            new ResponseHead(
                200,
                Headers.of(
                    "Vary", "Accept",
                    "Vary", "Origin",
                    "Access-Control-Allow-Origin", "https://app.example")));
    assertThat(ClientResponseHead.of(200, backendResponse, plan(false)).headers())
        .as("no policy of its own")
        .isEqualTo(backendResponse);
  }

  @ParameterizedTest
  @CsvSource({
    "301, http://backend.internal:8000/other, true",
    "302, http://BACKEND.internal:8000/, true",
    "307, http://backend.internal:8000, true",
    "308, //backend.internal:8000/other, true",
    "307, https://backend.internal:8000/other, true",
    "307, http://user@backend.internal:8000/, true",
    "307, 'http://backend.internal:8000/a b', true",
    "307, http://backend.internal:8000/{id}, true",
    "307, /other, false",
    "307, other, false",
    "307, '', false",
    "307, 'a b', false",
    "307, https://login.example.com/, false",
    "307, http://backend.internal.example/, false",
    "307, http://other.internal:8001/?to=//backend.internal:8000, false",
    "200, http://backend.internal:8000/other, false",
    "201, http://backend.internal:8000/other, false",
    "404, http://backend.internal:8000/other, false",
  })
  void revealsBackend_redirect_toTheBackendsOwnAddress(
      int status, String location, boolean expected) {
    assertThat(ClientResponseHead.revealsBackend(status, Headers.of("location", location), BACKEND))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "http://backend.internal/mcp, http://backend.internal:80/x, true",
    "http://backend.internal:80/mcp, http://backend.internal/x, true",
    "https://backend.internal/mcp, https://backend.internal:443/x, true",
    "http://backend.internal:80/mcp, //backend.internal/x, true",
    "http://[::1]:8000/mcp, http://[::1]:8000/x, true",
    "http://backend.internal/mcp, http://backend.internal:8080/x, false",
  })
  void revealsBackend_portOfTheScheme_isTheAbsentOne(
      String backend, String location, boolean expected) {
    assertThat(
            ClientResponseHead.revealsBackend(
                307, Headers.of("Location", location), Backend.of(backend)))
        .isEqualTo(expected);
  }

  @Test
  void revealsBackend_noLocation_revealsNothing() {
    assertThat(ClientResponseHead.revealsBackend(304, Headers.EMPTY, BACKEND)).isFalse();
  }
}
