package io.mcpgateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What messages ask for, as decisions see it. */
class McpOperationTest {
  private static MessageReading read(String json) {
    return MessageReader.read(
            Headers.EMPTY, true, BodySource.of(json.getBytes(StandardCharsets.UTF_8)), 10_000)
        .toCompletableFuture()
        .join();
  }

  private static String operations(String json) {
    List<McpOperation> operations = ((MessageReading.Message) read(json)).operations();
    return operations.stream()
        .map(
            operation ->
                "%s %s %s %s"
                    .formatted(
                        operation.method(),
                        operation.kind(),
                        operation.name().orElse("-"),
                        operation.id().orElse("-")))
        .collect(Collectors.joining("; "));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\"}}|tools/call tool x 1",
        "{\"id\":\"1\",\"method\":\"prompts/get\",\"params\":{\"name\":\"p\"}}"
            + "|prompts/get prompt p \"1\"",
        "{\"id\":1,\"method\":\"resources/read\",\"params\":{\"uri\":\"u\",\"name\":\"n\"}}"
            + "|resources/read resource u 1",
        "{\"id\":1,\"method\":\"resources/subscribe\",\"params\":{\"uri\":\"u\"}}"
            + "|resources/subscribe resource u 1",
        "{\"id\":1,\"method\":\"completion/complete\",\"params\":{\"ref\":{\"type\":\"ref/prompt\","
            + "\"name\":\"p\"}}}|completion/complete prompt p 1",
        "{\"id\":1,\"method\":\"completion/complete\",\"params\":{\"ref\":{\"type\":\"ref/resource\","
            + "\"uri\":\"u\"}}}|completion/complete resource u 1",
        "{\"id\":1,\"method\":\"completion/complete\",\"params\":{\"ref\":{\"type\":\"ref/other\","
            + "\"name\":\"p\"}}}|completion/complete resource - 1",
        "{\"id\":1,\"method\":\"initialize\"}|initialize method - 1",
        "{\"method\":\"notifications/cancelled\"}|notifications/cancelled method - -",
        // what is there, but is no name
        "{\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":7}}|tools/call tool - 1",
        "{\"id\":1,\"method\":\"tools/call\",\"params\":[\"x\"]}|tools/call tool - 1",
        // a response asks for nothing
        "{\"id\":1,\"result\":{}}|``",
      })
  void operations_ofOneMessage(String json, String expected) {
    assertThat(operations(json)).isEqualTo(expected);
  }

  @Test
  void operations_ofSubscription_areTheResourcesToo() {
    assertThat(
            operations(
                "{\"id\":1,\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":"
                    + "{\"toolsListChanged\":true,\"resourceSubscriptions\":[\"a\",\"b\",1]}}}"))
        .isEqualTo(
            "subscriptions/listen method - 1; subscriptions/listen resource a 1;"
                + " subscriptions/listen resource b 1; subscriptions/listen resource - 1");
    assertThat(operations("{\"id\":1,\"method\":\"subscriptions/listen\"}"))
        .isEqualTo("subscriptions/listen method - 1");
  }

  @Test
  void operations_ofBatch_areThoseOfEachMessage() {
    assertThat(
            operations(
                "[{\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"a\"}} ,"
                    + "{\"id\":2,\"result\":{}},{\"method\":\"x\"}]"))
        .isEqualTo("tools/call tool a 1; x method - -");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1]",
        "[\"tools/call\"]",
        "[[{\"method\":\"tools/call\"}]]",
        "[{\"method\":\"a\",\"method\":\"b\"}]",
        "[{\"method\":\"a\",\"Method\":\"b\"}]",
        "[{\"params\":{\"name\":\"a\"},\"params\":{\"name\":\"b\"}}]",
        "{\"method\":\"completion/complete\",\"params\":{\"ref\":{\"name\":\"a\"},\"ref\":{}}}",
        "{\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":{},\"notifications\":1}}",
      })
  void twoWaysToTakeIt_isRefused(String json) {
    assertThat(read(json)).isInstanceOf(MessageReading.Refused.class);
  }
}
