package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.ResponseHead;
import io.mcpgateway.testkit.RawConnection;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How bodies are pulled, with bodies that insist on the contract. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class ServletExchangeTest {
  private static final ResponseHead STREAM =
      new ResponseHead(200, Headers.of("Content-Type", "text/event-stream"));

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private final ExecutorService producer = Executors.newSingleThreadExecutor();
  private final KeepAliveThreads threads = new KeepAliveThreads();

  /** Answers every request with a body. */
  private Container start(BodySource body) throws Exception {
    String attribute = "exchange";
    Filter filter =
        (request, response, chain) -> {
          if (request.getAttribute(attribute) instanceof ServletExchange again) {
            again.dispatched((HttpServletRequest) request, (HttpServletResponse) response, chain);
            return;
          }
          ServletExchange exchange =
              new ServletExchange(
                  (HttpServletRequest) request,
                  (HttpServletResponse) response,
                  threads,
                  Integer.MAX_VALUE);
          request.setAttribute(attribute, exchange);
          exchange.onClientGone(cause -> {});
          producer.execute(() -> exchange.respond(STREAM, body));
          try {
            exchange.settle(chain);
          } catch (AsyncUnsupportedException unsupported) {
            throw new IllegalStateException(unsupported);
          }
        };
    return kind.start(
        "",
        context -> {
          FilterRegistration.Dynamic registration = context.addFilter("exchange", filter);
          registration.setAsyncSupported(true);
          registration.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
        });
  }

  /** Gives nothing at first, then one chunk for each demand, from its own thread. */
  private final class StrictBody implements BodySource {
    private static final int CHUNKS = 500;

    private final AtomicBoolean awaited = new AtomicBoolean();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private int given;
    private boolean atHand;

    @Override
    public synchronized Chunk read() {
      if (awaited.get()) {
        violations.add("read while " + given + " was awaited");
      }
      if (!atHand) {
        return Chunk.PENDING;
      }
      atHand = false;
      given++;
      return Chunk.of((given + "\n").getBytes(StandardCharsets.US_ASCII), given == CHUNKS);
    }

    @Override
    public void demand(Runnable readable) {
      if (!awaited.compareAndSet(false, true)) {
        violations.add("demanded twice");
      }
      producer.execute(
          () -> {
            synchronized (this) {
              atHand = true;
            }
            awaited.set(false);
            readable.run();
          });
    }

    @Override
    public void cancel(Throwable cause) {
      violations.add("cancelled: " + cause);
    }
  }

  @Test
  void body_isReadOnlyWhenItCalls() throws Exception {
    for (int round = 0; round < 10; round++) {
      StrictBody body = new StrictBody();
      try (Container container = start(body);
          RawConnection client = RawConnection.to(container.port())) {
        client.write(request("GET", "/mcp"));

        assertThat(client.readMessage().body()).endsWith("\n" + StrictBody.CHUNKS + "\n");
        assertThat(body.violations).isEmpty();
      }
    }
    producer.shutdown();
  }

  @Test
  void bodyThatThrows_breaksTheResponse() throws Exception {
    BodySource body =
        new BodySource() {
          private boolean first = true;

          @Override
          public Chunk read() {
            if (first) {
              first = false;
              return Chunk.of(new byte[] {'x'}, false);
            }
            throw new IllegalStateException("a bug");
          }

          @Override
          public void demand(Runnable readable) {
            readable.run();
          }

          @Override
          public void cancel(Throwable cause) {}
        };
    try (Container container = start(body);
        RawConnection client = RawConnection.to(container.port())) {
      client.write(request("GET", "/mcp")).readHead();

      assertThat(client.readToEnd()).matches("(?s)0?1\r\nx.*").doesNotContain("0\r\n\r\n");
    }
    producer.shutdown();
  }

  /** Gives a few chunks of the size that a read of a backend brings, each at once. */
  private static final class BodyAtHand implements BodySource {
    private static final int CHUNKS = 5;

    private final Set<Thread> readers = ConcurrentHashMap.newKeySet();
    private int given;

    @Override
    public synchronized Chunk read() {
      readers.add(Thread.currentThread());
      return Chunk.of(new byte[16_000], ++given == CHUNKS);
    }

    @Override
    public void demand(Runnable readable) {
      readable.run();
    }

    @Override
    public void cancel(Throwable cause) {}
  }

  @Test
  void bodyThatClientTakes_needsNoThreadForEachPiece() throws Exception {
    BodyAtHand body = new BodyAtHand();
    try (Container container = start(body);
        RawConnection client = RawConnection.to(container.port())) {
      client.write(request("GET", "/mcp"));

      assertThat(client.readMessage().body()).hasSize(BodyAtHand.CHUNKS * 16_000);
      // Whoever brings the body, and whoever the container calls when it is ready to begin.
      assertThat(body.readers).hasSizeLessThanOrEqualTo(2);
    }
    producer.shutdown();
  }
}
