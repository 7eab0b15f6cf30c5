package io.mcpgateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CallArgumentsTest {
  private static String call(String text) {
    return "{\"method\":\"tools/call\",\"params\":{\"arguments\":{ \"text\": \"%s\" }}}"
        .formatted(text);
  }

  private static CallArguments of(String... parts) {
    CallArguments arguments = new CallArguments();
    for (String part : parts) {
      arguments.add(ByteBuffer.wrap(part.getBytes(StandardCharsets.UTF_8)));
    }
    return arguments;
  }

  @Test
  void wholeMessage_itsArguments() {
    assertThat(of("{\"params\":{\"argum", "ents\":{ \"a\" : [1] }}}").toJson())
        .contains("{\"a\":[1]}");
    assertThat(of("{\"params\":{}}").toJson()).isEmpty();
    assertThat(of("{}").toJson()).isEmpty();
  }

  @Test
  void longMessage_itsBeginningAsAString() throws Exception {
    String message = call("x".repeat(CallArguments.LIMIT));

    String told = of(message, "more").toJson().orElseThrow();

    assertThat(told).startsWith("\"{\\\"method\\\"").endsWith("x [cut]\"");
    assertThat(Json.readObject(("{\"a\":" + told + "}").getBytes(StandardCharsets.UTF_8)))
        .containsEntry("a", message.substring(0, CallArguments.LIMIT) + " [cut]");
  }

  @Test
  void messageOfTheLimit_isWhole() {
    String text = "x".repeat(CallArguments.LIMIT - call("").length());

    assertThat(of(call(text)).toJson()).contains("{\"text\":\"" + text + "\"}");
  }

  @Test
  void noJson_isTextInAString() {
    assertThat(of("{\"params\": \u0007").toJson()).contains("\"{\\\"params\\\": \\u0007\"");
  }
}
