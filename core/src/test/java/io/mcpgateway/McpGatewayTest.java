package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.RecordedExchange;
import java.io.IOException;
import java.security.Principal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a verdict, and what the observers are told; nothing here is forwarded. */
class McpGatewayTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
  private final McpGateway gateway =
      McpGateway.builder()
          .clock(Clock.fixed(NOW, ZoneOffset.UTC))
          .observers(
              record -> {
                throw new IllegalStateException("an observer that breaks");
              },
              records::add)
          .route(Route.builder().name("page").matches(RouteMatch.exactPath("/page")).build())
          .route(
              Route.builder()
                  .name("mcp")
                  .matches(RouteMatch.exactPath("/mcp"))
                  .authentication(Tokens.required())
                  .build())
          .build();

  @AfterEach
  void close() {
    gateway.close();
  }

  private RequestRecord record() {
    await().until(() -> !records.isEmpty());
    assertThat(records).hasSize(1);
    return records.get(0);
  }

  @Test
  void handle_refusedRequest_isAnsweredAndRecordedAtItsEnd() {
    RecordedExchange exchange =
        new RecordedExchange(
            RequestHead.builder("POST", "/mcp")
                .remoteAddress("203.0.113.9")
                .query("access_token=canary-7531")
                .header("Authorization", "Bearer canary-8642")
                .header("Mcp-Method", "tools/call")
                .header("Mcp-Name", "add")
                .build());

    gateway.handle(exchange);
    assertThat(exchange.heads()).extracting(ResponseHead::status).containsExactly(401);
    assertThat(records).as("the body is not sent yet").isEmpty();
    exchange.sendBody();

    RequestRecord record = record();
    assertThat(record.started()).isEqualTo(NOW);
    assertThat(record.method()).isEqualTo("POST");
    assertThat(record.path()).isEqualTo("/mcp");
    assertThat(record.route()).contains("mcp");
    assertThat(record.backend()).isEmpty();
    assertThat(record.mcpMethod()).contains("tools/call");
    assertThat(record.mcpName()).contains("add");
    assertThat(record.status()).isEqualTo(401);
    assertThat(record.responseBytes()).isEqualTo(OptionalLong.of(exchange.bodySent().length()));
    assertThat(record.clientAddress()).isEqualTo("203.0.113.9");
    assertThat(record.subject()).isEmpty();
    assertThat(record.reason()).contains("invalid_token: the token is not good");
    assertThat(record.firstByte()).isLessThanOrEqualTo(record.total());
    assertThat(record.toString()).doesNotContain("canary");
  }

  @Test
  void handle_applicationAnswers_isRecordedWithItsStatusAndCaller() {
    RecordedExchange exchange =
        new RecordedExchange(
            RequestHead.builder("GET", "/mcp").header("Authorization", "Bearer good").build());

    gateway.handle(exchange);
    assertThat(exchange.handedOver().get(0).caller()).map(Principal::getName).contains("alice");
    assertThat(records).isEmpty();
    exchange.handedOver().get(0).completed().accept(204);

    assertThat(record().status()).isEqualTo(204);
    assertThat(record().subject()).contains("alice");
    assertThat(record().responseBytes()).isEmpty();
    assertThat(record().reason()).isEmpty();
  }

  @Test
  void handle_noRoute_isRecordedWithoutOne() {
    RecordedExchange exchange = new RecordedExchange(RequestHead.builder("GET", "/none").build());

    gateway.handle(exchange);
    exchange.sendBody();

    assertThat(record().status()).isEqualTo(404);
    assertThat(record().route()).isEmpty();
    assertThat(record().reason()).contains("no route matches");
  }

  @Test
  void handle_clientLeavesDuringTheAnswer_isRecordedOnce() {
    RecordedExchange exchange = new RecordedExchange(RequestHead.builder("GET", "/none").build());

    gateway.handle(exchange);
    exchange.bodies().get(0).cancel(new IOException("gone"));
    exchange.bodies().get(0).cancel(new IOException("gone"));

    assertThat(record().status()).isEqualTo(404);
    assertThat(record().responseBytes()).isEqualTo(OptionalLong.of(0));
  }

  // A fault of the gateway itself opens no door and leaves nobody waiting.
  @Test
  void handle_policyBreaks_is500() {
    McpAuthentication broken = McpAuthentication.builder().verifier(new Tokens()).build();
    List<RequestRecord> told = new CopyOnWriteArrayList<>();
    try (McpGateway faulty =
        McpGateway.builder()
            .observers(told::add)
            .route(Route.builder().authentication(broken).build())
            .build()) {
      // a context path with a character that no URL holds: the server in front did not check it
      RecordedExchange exchange =
          new RecordedExchange(RequestHead.builder("GET", "/mcp").mountPath("/a b").build());

      faulty.handle(exchange);
      exchange.sendBody();

      assertThat(exchange.heads()).extracting(ResponseHead::status).containsExactly(500);
      assertThat(exchange.bodySent()).isEqualTo("{\"error\":\"internal_error\"}");
      assertThat(exchange.handedOver()).isEmpty();
      await().until(() -> !told.isEmpty());
      assertThat(told).singleElement().extracting(RequestRecord::status).isEqualTo(500);
    }
  }
}
