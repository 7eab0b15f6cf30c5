package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import io.mcpgateway.testkit.ClientExchange;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Responses;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ResponseBuffersTest {
  private static final String RECEIVER = "HttpReceiverOverHTTP";

  private final ResponseBuffers buffers = new ResponseBuffers();

  /** Does something when its response begins, and leaves. */
  private static final class Leaving implements Exchange {
    private final CompletableFuture<Thread> receiving = new CompletableFuture<>();
    private final Runnable meanwhile;

    Leaving(Runnable meanwhile) {
      this.meanwhile = meanwhile;
    }

    @Override
    public RequestHead request() {
      return RequestHead.builder("GET", "/mcp").header("X-Leaving", "1").build();
    }

    @Override
    public BodySource requestBody() {
      return BodySource.empty();
    }

    @Override
    public void respond(ResponseHead head, BodySource body) {
      meanwhile.run();
      body.cancel(new IOException("the client left"));
      receiving.complete(Thread.currentThread());
    }

    @Override
    public void proceed(HandOver handOver) {
      throw new AssertionError("there is a backend");
    }

    @Override
    public void onClientGone(Consumer<Throwable> action) {
      // it leaves while it is answered
    }
  }

  /** As Jetty's receiver does it. */
  private String read(RetainableByteBuffer receiver, ByteArrayEndPoint backend, String input)
      throws IOException {
    backend.addInput(input);
    ResponseBuffers.Filled filled = buffers.fill(backend, receiver.getByteBuffer());
    assertThat(filled.count()).isEqualTo(input.length());
    assertThat(receiver.getByteBuffer()).isSameAs(filled.bytes());
    String text = BufferUtil.toString(filled.bytes());
    filled.bytes().position(filled.bytes().limit());
    return text;
  }

  @Test
  void receivers_holdWhatCame_andNoMore() throws IOException {
    ByteArrayEndPoint backend = new ByteArrayEndPoint();
    RetainableByteBuffer receiver = buffers.acquire(ResponseBuffers.READ_BYTES, false);
    assertThat(receiver.hasRemaining()).isFalse();

    assertThat(read(receiver, backend, "one")).isEqualTo("one");
    ByteBuffer first = receiver.getByteBuffer();
    assertThat(first.capacity()).isEqualTo(3);
    String all = "x".repeat(ResponseBuffers.READ_BYTES);
    assertThat(read(receiver, backend, all)).isEqualTo(all);

    assertThat(BufferUtil.toString(first.rewind())).as("what was read before").isEqualTo("one");
    assertThat(receiver.isRetained()).isFalse();
    receiver.retain();
    assertThat(receiver.isRetained()).isTrue();
    assertThat(receiver.release()).isFalse();
    assertThat(receiver.release()).isTrue();
  }

  @Test
  void readsThatBringNothing_leaveItEmpty() throws IOException {
    ByteArrayEndPoint backend = new ByteArrayEndPoint();
    RetainableByteBuffer receiver = buffers.acquire(ResponseBuffers.READ_BYTES, false);

    assertThat(buffers.fill(backend, receiver.getByteBuffer()).count()).isZero();
    backend.addInputEOF();
    assertThat(buffers.fill(backend, receiver.getByteBuffer()).count()).isEqualTo(-1);
    assertThat(receiver.hasRemaining()).isFalse();
  }

  @Test
  void memoryOfOthers_isFilledItself() throws IOException {
    ByteArrayEndPoint backend = new ByteArrayEndPoint();
    RetainableByteBuffer receiver = buffers.acquire(ResponseBuffers.READ_BYTES, false);
    ByteBuffer own = receiver.getByteBuffer();
    ByteBuffer other = buffers.acquire(100, false).getByteBuffer();
    backend.addInput("one");

    assertThat(buffers.fill(backend, other).bytes()).isSameAs(other);
    assertThat(BufferUtil.toString(other)).isEqualTo("one");
    assertThat(receiver.getByteBuffer()).isSameAs(own);
    assertThat(own.hasRemaining()).isFalse();
  }

  @Test
  void receiversThatAreDone_areForgotten() throws IOException {
    ByteArrayEndPoint backend = new ByteArrayEndPoint();
    RetainableByteBuffer receiver = buffers.acquire(ResponseBuffers.READ_BYTES, false);
    ByteBuffer asked = receiver.getByteBuffer();
    receiver.retain();
    receiver.release();
    receiver.release();
    backend.addInput("one");

    // Nobody's buffer, and without room.
    assertThat(buffers.fill(backend, asked).count()).isZero();
  }

  private static void answer(RawMessage request, RawConnection connection) throws IOException {
    if (request.field("X-Leaving").isPresent()) {
      connection.write(Responses.STREAM_HEAD); // and nothing more
    } else {
      connection.write(
          Responses.STREAM_HEAD
              + "b\r\ndata: 1\r\n\r\n\r\n"
              + "c\r\ndata: 22\r\n\r\n\r\n"
              + Responses.LAST_CHUNK);
    }
  }

  private static boolean isReceiving(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().endsWith(RECEIVER));
  }

  @Test
  @Timeout(60)
  void clientLeaves_whileItsResponseBegins_anotherResponseLosesNothing() throws Exception {
    try (RawBackend backend = RawBackend.forEachRequest(ResponseBuffersTest::answer);
        McpGateway gateway =
            McpGateway.builder()
                .route(Route.builder().backend(Backend.of(backend.url())).build())
                .build()) {
      ClientExchange other = ClientExchange.get();
      Leaving leaving =
          new Leaving(
              () -> {
                gateway.handle(other);
                assertThat(other.head().status()).isEqualTo(200);
              });
      gateway.handle(leaving);
      Thread receiving = leaving.receiving.get();
      await().until(() -> !isReceiving(receiving));

      assertThat(other.rest()).isEqualTo("data: 1\r\n\r\n" + "data: 22\r\n\r\n");
    }
  }
}
