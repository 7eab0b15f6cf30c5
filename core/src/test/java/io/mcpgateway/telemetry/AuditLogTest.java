package io.mcpgateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mcpgateway.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class AuditLogTest {

  private static RequestRecord request(String method, Outcome outcome, String said) {
    return new RequestRecord(
        Instant.parse("2026-01-02T03:04:05Z"),
        "POST",
        "/" + said,
        Optional.of("tools"),
        Optional.of("bank"),
        Optional.of(method),
        Optional.of(said),
        Optional.of("7"),
        Optional.empty(),
        outcome,
        200,
        70,
        OptionalLong.of(2),
        false,
        Duration.ZERO,
        Duration.ZERO,
        Optional.empty(),
        "203.0.113.9",
        Optional.of(said),
        Optional.of("https://issuer.test"),
        Optional.of(said),
        outcome == Outcome.REFUSED ? Optional.of(RefusalCode.INVALID_TOKEN) : Optional.empty(),
        outcome == Outcome.REFUSED ? Optional.of(said) : Optional.empty(),
        Optional.empty(),
        Optional.of(Json.write(Map.of("text", said))));
  }

  // What callers say must not end its field, its line, or the object, nor obey a terminal.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "a\",\"decision\":\"allowed",
        "a\\",
        "a}\n{",
        "a\r\nb",
        "a\u001b[2Jb",
        "a\u0085b",
        "a\u2028b",
        "a\u202eb",
        "a\ufeffb",
        "gr\u00fc\u00dfe"
      })
  void format_hostileValues_areTheirOwnFieldsOnOneLine(String said) throws Exception {
    RequestRecord refused = request("tools/call", Outcome.REFUSED, said);

    String line = AuditLog.toLog().withArguments().format(refused);

    assertThat(line).doesNotMatch("(?s).*[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}].*");
    assertThat(Json.readObject(line.getBytes(StandardCharsets.UTF_8)))
        .containsEntry("decision", "refused")
        .containsEntry("path", "/" + said)
        .containsEntry("mcp.name", said)
        .containsEntry("sub", said)
        .containsEntry("client_id", said)
        .containsEntry("reason", said)
        .containsEntry("arguments", Map.of("text", said));
    assertThat(AuditLog.toLog().format(refused)).doesNotContain("arguments");
  }

  @Test
  void toLog_callsAndRefusals_areOneEventEach() {
    Logger logger = (Logger) LoggerFactory.getLogger("io.mcpgateway.audit");
    ListAppender<ILoggingEvent> events = new ListAppender<>();
    events.start();
    logger.addAppender(events);
    logger.setAdditive(false);
    try {
      AuditLog log = AuditLog.toLog();
      log.requestFinished(request("tools/call", Outcome.FORWARDED, "pay"));
      log.requestFinished(request("tools/list", Outcome.FORWARDED, "none"));
      log.requestFinished(request("tools/list", Outcome.REFUSED, "no bearer token"));
    } finally {
      logger.setAdditive(true);
      logger.detachAppender(events);
    }

    assertThat(events.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            call -> assertThat(call).contains("\"decision\":\"allowed\"", "\"mcp.name\":\"pay\""),
            refusal -> assertThat(refusal).contains("\"reason\":\"no bearer token\""));
  }
}
