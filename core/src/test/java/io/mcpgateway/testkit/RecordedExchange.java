package io.mcpgateway.testkit;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** An exchange without a server: remembers what it is told, and sends bodies to itself. */
public final class RecordedExchange implements Exchange {
  private final RequestHead request;
  private final List<ResponseHead> heads = new ArrayList<>();
  private final List<BodySource> bodies = new ArrayList<>();
  private final StringBuilder sent = new StringBuilder();
  private Optional<? extends Principal> caller = Optional.empty();
  private IntConsumer completed = status -> {};
  private boolean proceeded;

  /** An exchange for a request without a body. */
  public RecordedExchange(RequestHead request) {
    this.request = request;
  }

  /** The heads of all responses; more than one is a mistake. */
  public List<ResponseHead> heads() {
    return heads;
  }

  /** The bodies of all responses. */
  public List<BodySource> bodies() {
    return bodies;
  }

  /** Sends the body of the first response, as a server does. */
  public void sendBody() {
    while (bodies.get(0).read() instanceof Chunk.Data data) {
      while (data.bytes().hasRemaining()) {
        sent.append((char) (data.bytes().get() & 0xff));
      }
      data.release();
      if (data.last()) {
        return;
      }
    }
  }

  /** What {@link #sendBody} has sent; one character for each byte. */
  public String bodySent() {
    return sent.toString();
  }

  /** Whether the request went on to the application. */
  public boolean proceeded() {
    return proceeded;
  }

  /** On whose behalf it went on. */
  public Optional<? extends Principal> caller() {
    return caller;
  }

  /** Ends the application's answer. */
  public void complete(int status) {
    completed.accept(status);
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public BodySource requestBody() {
    return BodySource.empty();
  }

  @Override
  public void respond(ResponseHead head, BodySource body) {
    heads.add(head);
    bodies.add(body);
  }

  @Override
  public void proceed(
      Optional<? extends Principal> who, Headers responseHeaders, IntConsumer whenCompleted) {
    caller = who;
    completed = whenCompleted;
    proceeded = true;
  }

  @Override
  public void onClientGone(Consumer<Throwable> action) {}
}
