package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.session.SessionBinding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LegacyStreamTest {
  private static final ForwardPlan PLAN =
      Plans.of(
          Backend.of("http://127.0.0.1:3001/sse").speakingSse(),
          RequestHead.builder("GET", "/a/b").mountPath("/app").authority("gw.example").build(),
          new PublicOrigin("https", "gw.example", "/pre", "127.0.0.1", true),
          false,
          Headers.EMPTY);

  /** Chunks, then the end. */
  private static final class Chunks implements BodySource {
    private final Queue<byte[]> chunks = new ArrayDeque<>();
    private boolean cancelled;

    Chunks(List<byte[]> chunks) {
      this.chunks.addAll(chunks);
    }

    @Override
    public Chunk read() {
      byte[] next = chunks.poll();
      return next == null ? Chunk.END : Chunk.of(next, false);
    }

    @Override
    public void demand(Runnable readable) {
      readable.run();
    }

    @Override
    public void cancel(Throwable cause) {
      cancelled = true;
    }
  }

  /** What came out, one entry for each byte that went in, and the failure, if any. */
  private record Out(List<String> steps, String whole, Optional<String> failure) {}

  private static Out run(String stream, boolean expected, int chunkSize) {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    List<byte[]> chunks = new ArrayList<>();
    for (int i = 0; i < bytes.length; i += chunkSize) {
      chunks.add(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + chunkSize)));
    }
    Chunks backend = new Chunks(chunks);
    LegacyStream legacy = new LegacyStream(backend, new EndpointEvent(PLAN), expected);
    List<String> steps = new ArrayList<>();
    while (true) {
      Chunk chunk = legacy.read();
      if (!(chunk instanceof Chunk.Data data)) {
        assertThat(backend.cancelled).isTrue();
        return new Out(
            steps,
            String.join("", steps),
            Optional.ofNullable(((Chunk.Failed) chunk).cause().getMessage()));
      }
      steps.add(StandardCharsets.ISO_8859_1.decode(data.bytes()).toString());
      if (data.last()) {
        return new Out(steps, String.join("", steps), Optional.empty());
      }
    }
  }

  /** One character for each byte. */
  private static String bytesOf(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static String escaped(String text) {
    return text.replace("\\r", "\r").replace("\\n", "\n");
  }

  private static Optional<String> targetIn(String stream) {
    int at = stream.indexOf("gateway-endpoint=");
    String end = stream.substring(at).lines().findFirst().orElseThrow();
    return SessionBinding.endpointIn(end).flatMap(PLAN.session()::endpointToServer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/message?sessionId=1                      | /message?sessionId=1 | sessionId=1&",
        "message?sessionId=1                       | /message?sessionId=1 | sessionId=1&",
        "/message                                  | /message             | ''",
        "?sessionId=1                              | /sse?sessionId=1     | sessionId=1&",
        "http://127.0.0.1:3001/m?a=b&c=%20         | /m?a=b&c=%20         | a=b&c=%20&",
        "HTTP://127.0.0.1:3001/m                   | /m                   | ''",
        "//127.0.0.1:3001/m                        | /m                   | ''",
        "https://gw.example/m?x                    | /m?x                 | x&",
      })
  void endpoint_atTheServer_isSaidAgainWithinTheRoute(String data, String target, String query) {
    for (int size : new int[] {1, 7, 1000}) {
      Out out = run("event: endpoint\ndata: " + data + "\n\n", true, size);

      assertThat(out.failure()).isEmpty();
      assertThat(out.whole())
          .startsWith("event: endpoint\ndata: /pre/app/a/b?" + query + "gateway-endpoint=")
          .endsWith("\n\n");
      assertThat(targetIn(out.whole())).contains(target);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example/m",
        "http://127.0.0.1:3002/m",
        "https://127.0.0.1:3001/m",
        "//evil.example/m",
        "http://127.0.0.1:3001@evil.example/m",
        "http://u@127.0.0.1:3001/m",
        "http://127.0.0.1.evil.example:3001/m",
        "http://127.0.0.1:3001/m#x",
        "javascript:alert(1)",
        "http:/\\evil.example/m",
        "/m?a b",
        "/é",
        "",
      })
  void endpoint_elsewhere_endsTheStream(String data) {
    for (int size : new int[] {1, 1000}) {
      assertThat(run("event: endpoint\ndata: " + data + "\n\n", true, size))
          .isEqualTo(
              new Out(List.of(), "", Optional.of("the endpoint event points to another origin")));
    }
  }

  /** However the event is written down. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "event:endpoint\\ndata:/m\\n\\n",
        "event: endpoint\\r\\ndata: /m\\r\\n\\r\\n",
        "event: endpoint\\rdata: /m\\r\\r",
        "data: /m\\nevent: endpoint\\n\\n",
        "id: 1\\nevent: endpoint\\nretry: 5\\ndata: /m\\n\\n",
        ": hello\\n\\nevent: endpoint\\ndata: /m\\n\\n",
        ": hello\\n: again\\r\\n\\r\\nevent: endpoint\\ndata: /m\\n\\n",
        "id: 1\\n: hello\\ndata: /m\\n: more\\nevent: endpoint\\n\\n",
        "event: endpoint\\n: hello\\ndata: /m\\n\\n",
        "\ufeffevent: endpoint\\ndata: /m\\n\\n",
      })
  void endpoint_anySpelling_isSaidAgainOthersUntouched(String written) {
    String stream = escaped(written);
    for (int size : new int[] {1, 3, 1000}) {
      String out = run(stream, true, size).whole();

      assertThat(targetIn(out)).contains("/m");
      assertThat(out.replaceAll("data: ?/pre/app/a/b\\?gateway-endpoint=[A-Za-z0-9_.-]+", "DATA"))
          .isEqualTo(bytesOf(stream.replaceAll("data: ?/m", "DATA")));
    }
  }

  /** Found by fuzzing: a name without a colon is a field, too. */
  @Test
  void endpoint_dataWithoutColon_isPartOfTheData() {
    String out = run("event: endpoint\ndata\ndata: /m\n\n", true, 1).whole();

    assertThat(targetIn(out)).contains("/m");
    assertThat(out).doesNotContain("data\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event: message\\ndata: {}\\n\\n",
        "event: message\\r\\ndata: {}\\r\\n\\r\\n: ping\\r\\n\\r\\n",
        "event: endpoints\\ndata: /m\\n\\n",
        "event: endpoin\\ndata: /m\\n\\n",
        "event\\ndata: /m\\n\\n",
        "id: 1\\nretry: 500\\ndata: \\n\\n",
        "data: event: endpoint\\ndata: x\\n\\n",
        ":\\n\\n\\n\\n",
        "data: no end",
        "\ufeffdata: {}\\n\\n",
        "x\\u0000y\\n\\n",
      })
  void otherEvents_anySpelling_areUntouched(String written) {
    String stream = escaped(written);
    for (boolean expected : new boolean[] {true, false}) {
      for (int size : new int[] {1, 2, 1000}) {
        assertThat(run(stream, expected, size)).extracting(Out::whole).isEqualTo(bytesOf(stream));
      }
    }
  }

  @Test
  void laterEvents_ofAnyKind_areUntouchedAndNotHeldBack() {
    String later = "event: message\r\ndata: {\"a\":\"é\"}\r\n\r\n";
    Out out = run("event: endpoint\ndata: /m\n\n" + later.repeat(3), true, 1);

    assertThat(out.whole()).endsWith("\n\n" + bytesOf(later.repeat(3)));
    // what is held is the beginning of a line that could still become an endpoint event
    assertThat(out.steps()).contains("event: m", "e", "\r", "\n");
  }

  @Test
  void data_thatIsLong_isNotHeldAndCannotBecomeAnEndpoint() {
    String data = "data: " + "x".repeat(20_000);

    assertThat(run(data + "\n\n", true, 1000).whole()).isEqualTo(data + "\n\n");
    assertThat(run(data + "\nevent: endpoint\n\n", true, 1000).failure())
        .contains("an endpoint event that names itself too late");
    assertThat(run("event: endpoint\n" + data + "\n\n", true, 1000).failure())
        .contains("an endpoint event of more than 8 KiB");
  }

  @Test
  void detection_firstEvent_decides() {
    String endpoint = "event: endpoint\ndata: /m\n\n";

    assertThat(targetIn(run(endpoint, false, 1).whole())).contains("/m");
    assertThat(targetIn(run(": hello\n\n" + endpoint, false, 1).whole())).contains("/m");
    assertThat(run("data: 1\n\n" + endpoint, false, 1).whole()).isEqualTo("data: 1\n\n" + endpoint);
    assertThat(run(endpoint + "event: endpoint\ndata: http://evil/\n\n", false, 1000).failure())
        .contains("the endpoint event points to another origin");
  }

  @Test
  void detection_streamableHttp_holdsNothing() {
    String stream = "id: 1\nretry: 500\ndata: \n\n";

    assertThat(run(stream, false, 1).steps()).hasSize(stream.length() + 1);
  }
}
