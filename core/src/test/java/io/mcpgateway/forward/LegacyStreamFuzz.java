package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.session.SessionBinding;
import io.mcpgateway.testkit.Pieces;
import io.mcpgateway.testkit.ServerSentEvent;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Event streams of revision 2024-11-05: whatever the server writes, a client that finds an endpoint
 * in what comes out finds one at the gateway, and other events are the server's own; wherever the
 * stream is cut.
 */
public final class LegacyStreamFuzz {
  private static final ForwardPlan PLAN =
      Plans.of(
          Backend.of("http://127.0.0.1:3001/sse").speakingSse(),
          RequestHead.builder("GET", "/a/b").mountPath("/app").authority("gw.example").build(),
          new PublicOrigin("https", "gw.example", "/pre", "127.0.0.1", true),
          false,
          Headers.EMPTY);

  private LegacyStreamFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    for (boolean expected : new boolean[] {true, false}) {
      Out whole = run(List.of(ByteBuffer.wrap(input)), expected);
      Out inPieces = run(Pieces.of(input), expected);
      Out single = run(Pieces.single(input), expected);
      assertThat(inPieces.broken()).isEqualTo(single.broken()).isEqualTo(whole.broken());
      if (!whole.broken()) {
        assertThat(inPieces.text()).isEqualTo(whole.text());
        assertThat(single.text()).isEqualTo(whole.text());
      }
      List<ServerSentEvent> before = ServerSentEvent.in(input);
      List<ServerSentEvent> after =
          ServerSentEvent.in(single.text().getBytes(StandardCharsets.ISO_8859_1));
      if (whole.broken()) {
        assertThat(after).hasSizeLessThanOrEqualTo(before.size());
      } else {
        assertThat(after).hasSameSizeAs(before);
      }
      for (int i = 0; i < after.size(); i++) {
        boolean endpoint = after.get(i).type().equals("endpoint");
        boolean here = target(after.get(i).data()).isPresent();
        // An event that named itself endpoint, and then something else, is said again all the same.
        if (endpoint && expected) {
          assertThat(here).as("an endpoint at the gateway").isTrue();
        } else if (!here) {
          assertThat(after.get(i)).isEqualTo(before.get(i));
        }
      }
    }
  }

  /** The place at the backend that an endpoint of the gateway's leads to. */
  private static Optional<String> target(String endpoint) {
    return Optional.of(endpoint)
        .filter(place -> place.startsWith("/pre/app/a/b?"))
        .flatMap(place -> SessionBinding.endpointIn(place.substring(place.indexOf('?') + 1)))
        .flatMap(PLAN.session()::endpointToServer);
  }

  private record Out(String text, boolean broken) {}

  private static Out run(List<ByteBuffer> pieces, boolean expected) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    BodySource stream = new LegacyStream(Pieces.body(pieces), new EndpointEvent(PLAN), expected);
    while (true) {
      Chunk chunk = stream.read();
      if (chunk instanceof Chunk.Failed) {
        return new Out(output.toString(StandardCharsets.ISO_8859_1), true);
      }
      if (chunk instanceof Chunk.Data data) {
        byte[] copy = new byte[data.bytes().remaining()];
        data.bytes().get(copy);
        output.writeBytes(copy);
        if (data.last()) {
          return new Out(output.toString(StandardCharsets.ISO_8859_1), false);
        }
      } else {
        stream.demand(() -> {});
      }
    }
  }
}
