package io.mcpgateway.testkit.traps;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Responses;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the wire attacks are judged by would notice if one of them got through. */
class BackendAuditTest {
  private static final String HONEST =
      "POST /open-backend?a=b HTTP/1.1\r\nHost: 127.0.0.1:80\r\nX-Forwarded-For: 127.0.0.1\r\n"
          + "X-Forwarded-Proto: http\r\n";

  private static void check(String head) {
    BackendAudit.check(new RawMessage(head, ""), 80, Set.of("http"));
  }

  @Test
  void honestRequest_passes() {
    assertThatCode(() -> check(HONEST + "Content-Length: 2\r\n\r\n")).doesNotThrowAnyException();
    assertThatCode(() -> check(HONEST + "Transfer-Encoding: chunked\r\n\r\n"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 2\r\nContent-Length: 2\r\n",
        "Content-Length: 2\r\nContent_Length: 2\r\n",
        "Content-Length: +2\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Host: 127.0.0.1:80\r\n",
        "X : y\r\n",
        "X: y\rZ: z\r\n",
        "X: y\nZ: z\r\n",
        "X: y\0\r\n",
        " folded\r\n",
        "Upgrade: h2c\r\n",
        "x_original_url: /admin\r\n",
        "X-Forwarded-For: 203.0.113.66\r\n",
        "X-Any: smuggled\r\n",
        "Authorization: Bearer x\r\n",
      })
  void fieldThatNoBackendMaySee_isNoticed(String field) {
    assertThatThrownBy(() -> check(HONEST + field + "\r\n")).isInstanceOf(AssertionError.class);
  }

  @Test
  void secondRequestOfOneBody_isNoticed() throws Exception {
    try (RawBackend backend = RawBackend.answering(Responses.ok("{}"));
        RawConnection client = RawConnection.to(backend.port())) {
      client.write(HONEST + "Content-Length: 0\r\n\r\n" + FramingAttacks.SMUGGLED);
      client.readMessage();
      client.readMessage();

      assertThatThrownBy(
              () ->
                  backend
                      .requests()
                      .forEach(request -> BackendAudit.check(request, 80, Set.of("http"))))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("/smuggled");
    }
  }
}
