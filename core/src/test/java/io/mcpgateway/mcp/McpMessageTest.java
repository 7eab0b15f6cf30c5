package io.mcpgateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.Headers;
import io.mcpgateway.json.JsonScan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McpMessageTest {

  private static McpMessage of(String text) {
    JsonScan scan = new JsonScan(Envelope.MEMBERS);
    scan.feed(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    return McpMessage.of(scan);
  }

  @Test
  void declaredIn_mirroredFields_areTaken() {
    assertThat(McpMessage.declaredIn(Headers.of("mcp-method", "tools/call", "MCP-NAME", "add")))
        .isEqualTo(new McpMessage(Optional.of("tools/call"), Optional.of("add"), Optional.empty()));
    assertThat(McpMessage.declaredIn(Headers.EMPTY)).isEqualTo(McpMessage.UNKNOWN);
  }

  @Test
  void of_longTexts_areCutAndLongIdsDropped() {
    String text = "a".repeat(1_000);
    McpMessage message =
        of(
            "{\"method\":\"%s\",\"id\":\"%s\",\"params\":{\"name\":\"%s\"}}"
                .formatted(text, text, text));

    assertThat(message.method()).contains("a".repeat(256));
    assertThat(message.name()).contains("a".repeat(256));
    assertThat(message.id()).isEmpty();
    assertThat(McpMessage.declaredIn(Headers.of("Mcp-Method", text, "Mcp-Name", text)))
        .isEqualTo(
            new McpMessage(
                Optional.of("a".repeat(256)), Optional.of("a".repeat(256)), Optional.empty()));
  }

  @Test
  void of_severalSubjects_theNameComesFirst() {
    assertThat(of("{\"params\":{\"taskId\":\"t\",\"uri\":\"u\",\"name\":\"n\"}}").name())
        .contains("n");
    assertThat(of("{\"params\":{\"taskId\":\"t\",\"uri\":\"u\"}}").name()).contains("u");
  }

  // MCP M1: keys that params._meta has for the trace; nothing is decided by them.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'traceparent':'00-1','tracestate':'a=1','baggage':'b=2','other':'c'} |"
            + " {baggage=b=2, traceparent=00-1, tracestate=a=1}",
        "{'traceparent':'first','traceparent':'last'} | {traceparent=last}",
        "{'traceparent':1,'tracestate':null,'baggage':{'a':'b'}} | {}",
        "{'TraceParent':'00-1'} | {}",
        "'text' | {}",
        "['traceparent'] | {}",
      })
  void of_meta_saysWhatTraceItIsPartOf(String meta, String trace) {
    String message = "{'method':'ping','params':{'_meta':%s}}".formatted(meta).replace('\'', '"');

    assertThat(new TreeMap<>(of(message).trace())).hasToString(trace);
  }

  @Test
  void of_traceThatIsTooLong_isLeftOut() {
    String message = "{\"params\":{\"_meta\":{\"traceparent\":\"%s\",\"baggage\":\"%s\"}}}";

    assertThat(of(message.formatted("a".repeat(513), "b".repeat(512))).trace())
        .containsOnly(Map.entry("baggage", "b".repeat(512)));
  }

  @Test
  void of_traceElsewhere_isNone() {
    assertThat(of("{\"_meta\":{\"traceparent\":\"00-1\"}}").trace()).isEmpty();
    assertThat(of("{\"params\":{\"traceparent\":\"00-1\"}}").trace()).isEmpty();
    assertThat(of("[{\"params\":{\"_meta\":{\"traceparent\":\"00-1\"}}}]").trace()).isEmpty();
  }

  // MCP's JSONRPCErrorResponse: the id is that of the request, and left out where it is not known.
  @ParameterizedTest
  @CsvSource({"1", "0", "9007199254740993", "'\"1\"'", "null"})
  void errorBody_id_isTheRequests(String id) {
    assertThat(new JsonRpcError(JsonRpcError.INTERNAL_ERROR, "it broke").body(Optional.of(id)))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":"
                + id
                + ",\"error\":{\"code\":-32603,\"message\":\"it broke\"}}");
  }

  @Test
  void errorBody_unknownId_isLeftOut() {
    assertThat(
            new JsonRpcError(JsonRpcError.INVALID_REQUEST, "say \"hi\"\n").body(Optional.empty()))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\","
                + "\"error\":{\"code\":-32600,\"message\":\"say \\\"hi\\\"\\n\"}}");
  }
}
