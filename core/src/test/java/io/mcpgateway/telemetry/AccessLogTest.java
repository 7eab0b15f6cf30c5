package io.mcpgateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class AccessLogTest {
  private static final RequestRecord FORWARDED =
      new RequestRecord(
          Instant.parse("2026-01-02T03:04:05.678Z"),
          "POST",
          "/mcp",
          Optional.of("tools"),
          Optional.of("localhost:8000"),
          Optional.of("tools/call"),
          Optional.of("add"),
          Optional.of("1"),
          Optional.of("2025-11-25"),
          Outcome.FORWARDED,
          200,
          70,
          OptionalLong.of(1234),
          false,
          Duration.ofNanos(1_234_567),
          Duration.ofSeconds(61),
          Optional.of(Duration.ofMillis(1)),
          "203.0.113.9",
          Optional.of("alice"),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static RequestRecord refused(String path, String name, String reason) {
    return new RequestRecord(
        Instant.EPOCH,
        "GET",
        path,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(name),
        Optional.empty(),
        Optional.empty(),
        Outcome.REFUSED,
        401,
        0,
        OptionalLong.empty(),
        false,
        Duration.ZERO,
        Duration.ZERO,
        Optional.empty(),
        "::1",
        Optional.empty(),
        Optional.of(RefusalCode.INVALID_TOKEN),
        Optional.of(reason),
        Optional.empty());
  }

  @Test
  void text_forwardedRequest_isOneLineOfFields() {
    assertThat(AccessLog.text().format(FORWARDED))
        .isEqualTo(
            "method=POST path=/mcp status=200 route=tools backend=localhost:8000 "
                + "mcp.method=tools/call mcp.name=add bytes=1234 first_byte_ms=1.23 "
                + "total_ms=61000.0 client=203.0.113.9 sub=alice");
  }

  @Test
  void json_forwardedRequest_isOneObject() {
    assertThat(AccessLog.json().format(FORWARDED))
        .isEqualTo(
            "{\"time\":\"2026-01-02T03:04:05.678Z\",\"method\":\"POST\",\"path\":\"/mcp\","
                + "\"status\":200,\"route\":\"tools\",\"backend\":\"localhost:8000\","
                + "\"mcp.method\":\"tools/call\",\"mcp.name\":\"add\",\"bytes\":1234,"
                + "\"first_byte_ms\":1.23,\"total_ms\":61000.0,\"client\":\"203.0.113.9\","
                + "\"sub\":\"alice\"}");
  }

  @Test
  void text_refusedRequest_leavesOutWhatIsUnknown() {
    assertThat(AccessLog.text().format(refused("/mcp", "add", "no bearer token")))
        .isEqualTo(
            "method=GET path=/mcp status=401 mcp.name=add first_byte_ms=0.0 total_ms=0.0 "
                + "client=::1 refusal=invalid_token reason=\"no bearer token\"");
  }

  @Test
  void json_refusedRequest_hasTheCodeAndTheReason() {
    assertThat(AccessLog.json().format(refused("/mcp", "add", "no bearer token")))
        .endsWith("\"refusal\":\"invalid_token\",\"reason\":\"no bearer token\"}");
  }

  // A client must not be able to end its field or its line.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "plain|plain",
        "tools/call|tools/call",
        "a b|\"a b\"",
        "a=b|\"a=b\"",
        "x status=200|\"x status=200\"",
        "a\"b|\"a\\\"b\"",
        "a\\b|\"a\\\\b\"",
        "grüße|\"grüße\"",
        "''|\"\"",
      })
  void text_valueOfAClient_isQuotedWhereNeeded(String value, String written) {
    assertThat(AccessLog.text().format(refused("/", value, "why")))
        .contains(" mcp.name=" + written + " first_byte_ms=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nb",
        "a\rb",
        "a\r\nmethod=GET",
        "a\tb",
        "a\0b",
        "a\u001b[2Jb",
        "a\u007fb",
        "a\u0085b",
        "a\u009b2Jb",
        "a\u2028b",
        "a\u2029b",
        "a\u202eb",
        "a\u200bb",
        "a\ufeffb"
      })
  void format_controlCharacters_areEscaped(String value) {
    for (AccessLog log : new AccessLog[] {AccessLog.text(), AccessLog.json()}) {
      String line = log.format(refused("/", value, value));

      assertThat(line).doesNotMatch("(?s).*[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}].*");
      assertThat(line).containsPattern("\"a\\\\[nrtu]");
    }
  }

  @Test
  void requestFinished_anyRequest_isOneEventAtInfo() {
    Logger logger = (Logger) LoggerFactory.getLogger("io.mcpgateway.access");
    ListAppender<ILoggingEvent> events = new ListAppender<>();
    events.start();
    logger.addAppender(events);
    Level before = logger.getLevel();
    logger.setAdditive(false);
    try {
      logger.setLevel(Level.INFO);
      AccessLog.text().requestFinished(FORWARDED);
      logger.setLevel(Level.WARN);
      AccessLog.text().requestFinished(FORWARDED);
    } finally {
      logger.setLevel(before);
      logger.setAdditive(true);
      logger.detachAppender(events);
    }

    assertThat(events.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.INFO);
              assertThat(event.getFormattedMessage()).isEqualTo(AccessLog.text().format(FORWARDED));
            });
  }
}
