package io.mcpgateway.testkit;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** An exchange without a server: remembers what it is told, and sends bodies to itself. */
public final class RecordedExchange implements Exchange {
  private final RequestHead request;
  private final List<ResponseHead> heads = new ArrayList<>();
  private final List<BodySource> bodies = new ArrayList<>();
  private final StringBuilder sent = new StringBuilder();
  private final List<HandOver> handedOver = new ArrayList<>();

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

  /** What went on to the application; more than one is a mistake. */
  public List<HandOver> handedOver() {
    return handedOver;
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
  public void proceed(HandOver handOver) {
    handedOver.add(handOver);
  }

  @Override
  public void onClientGone(Consumer<Throwable> action) {}
}
