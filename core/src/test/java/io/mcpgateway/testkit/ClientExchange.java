package io.mcpgateway.testkit;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A client without a server between it and the gateway: reads its answer when the test says so. */
public final class ClientExchange implements Exchange {
  private final RequestHead request;
  private final BodySource body;
  private final CompletableFuture<ResponseHead> head = new CompletableFuture<>();
  private final CompletableFuture<BodySource> answer = new CompletableFuture<>();
  private final CompletableFuture<Consumer<Throwable>> gone = new CompletableFuture<>();
  private boolean ended;

  /** A client that sends a request. */
  public ClientExchange(RequestHead request, BodySource body) {
    this.request = request;
    this.body = body;
  }

  /** A client that opens a stream. */
  public static ClientExchange get() {
    return new ClientExchange(RequestHead.builder("GET", "/mcp").build(), BodySource.empty());
  }

  /** A client that calls. */
  public static ClientExchange post(String json) {
    return new ClientExchange(
        RequestHead.builder("POST", "/mcp").header("Content-Type", "application/json").build(),
        BodySource.of(json.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** The head of the answer, once it is there. */
  public ResponseHead head() {
    return await(head);
  }

  /**
   * The next bytes of the answer, once they are there; one character for each.
   *
   * @return empty at the end
   * @throws IOException when the answer breaks off
   */
  public String next() throws IOException {
    String text = "";
    while (text.isEmpty() && !ended) {
      Chunk chunk = await(answer).read();
      if (chunk instanceof Chunk.Data data) {
        text = StandardCharsets.ISO_8859_1.decode(data.bytes()).toString();
        ended = data.last();
        data.release();
      } else if (chunk instanceof Chunk.Failed failed) {
        throw new EOFException("broke off: " + failed.cause());
      } else {
        CountDownLatch readable = new CountDownLatch(1);
        await(answer).demand(readable::countDown);
        Latches.passed(readable);
      }
    }
    return text;
  }

  /** All bytes of the answer that are still to come. */
  public String rest() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String next = next(); !next.isEmpty(); next = next()) {
      text.append(next);
    }
    return text.toString();
  }

  /** Leaves, before or within the answer. */
  public void leave() {
    EOFException left = new EOFException("the client left");
    await(gone).accept(left);
    if (answer.isDone()) {
      await(answer).cancel(left);
    }
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException missing) {
      throw new AssertionError("not in time", missing);
    }
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public BodySource requestBody() {
    return body;
  }

  @Override
  public void respond(ResponseHead responseHead, BodySource responseBody) {
    answer.complete(responseBody);
    if (!head.complete(responseHead)) {
      throw new AssertionError("a second answer: " + responseHead);
    }
  }

  @Override
  public void proceed(HandOver handOver) {
    throw new AssertionError("nobody is behind this gateway");
  }

  @Override
  public void onClientGone(Consumer<Throwable> action) {
    gone.complete(action);
  }
}
