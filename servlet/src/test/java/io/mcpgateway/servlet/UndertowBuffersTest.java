package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceHandle;
import jakarta.servlet.ServletContainerInitializer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory that Undertow has taken back is not touched: it may be another connection's by then. */
class UndertowBuffersTest {
  private static final int STREAMS = 10;

  private final Pool pool = new Pool();
  private final AtomicInteger failedElsewhere = new AtomicInteger();

  /** Gives each buffer out once, and knows when one is touched afterwards. */
  private static final class Pool implements ByteBufferPool {
    private static final int SIZE = 16 * 1024;

    private final Queue<ByteBuffer> takenBack = new ConcurrentLinkedQueue<>();

    @Override
    public PooledByteBuffer allocate() {
      ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
      AtomicBoolean open = new AtomicBoolean(true);
      return new PooledByteBuffer() {
        @Override
        public ByteBuffer getBuffer() {
          return buffer;
        }

        @Override
        public void close() {
          if (open.compareAndSet(true, false)) {
            buffer.position(0).limit(0);
            takenBack.add(buffer);
          }
        }

        @Override
        public boolean isOpen() {
          return open.get();
        }
      };
    }

    private long touched() {
      return takenBack.stream().filter(buffer -> buffer.limit() != 0).count();
    }

    @Override
    public ByteBufferPool getArrayBackedPool() {
      return this;
    }

    @Override
    public void close() {}

    @Override
    public int getBufferSize() {
      return SIZE;
    }

    @Override
    public boolean isDirect() {
      return true;
    }
  }

  /** Where an exchange ends on another thread, Undertow's own does its part first. */
  private HttpHandler ownThreadFirst(HttpHandler next) {
    return exchange -> {
      exchange.addExchangeCompleteListener(this::letOwnThreadGoFirst);
      next.handleRequest(exchange);
    };
  }

  private void letOwnThreadGoFirst(
      HttpServerExchange exchange, ExchangeCompletionListener.NextListener next) {
    if (!exchange.isInIoThread()) {
      failedElsewhere.incrementAndGet();
      CountDownLatch done = new CountDownLatch(1);
      exchange.getIoThread().execute(done::countDown);
      try {
        done.await(5, TimeUnit.SECONDS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
    next.proceed();
  }

  private DeploymentManager deploy(McpGateway gateway) {
    DeploymentInfo application =
        Servlets.deployment()
            .setClassLoader(UndertowBuffersTest.class.getClassLoader())
            .setContextPath("/")
            .setDeploymentName("application")
            .addInitialHandlerChainWrapper(this::ownThreadFirst)
            .addServletContainerInitializer(
                new ServletContainerInitializerInfo(
                    ServletContainerInitializer.class,
                    () ->
                        new ImmediateInstanceHandle<>(
                            (classes, context) -> McpGatewayFilter.register(context, gateway)),
                    Set.of()));
    DeploymentManager deployment = Servlets.newContainer().addDeployment(application);
    deployment.deploy();
    return deployment;
  }

  @Test
  @Timeout(60)
  void clientsThatReset_leaveNoWriterWithABufferThatWasTakenBack() throws Exception {
    AtomicInteger told = new AtomicInteger();
    try (RawBackend backend =
            RawBackend.forEachRequest((request, connection) -> Backends.flood(connection));
        McpGateway gateway =
            McpGateway.builder()
                .route(Route.builder().backend(Backend.of(backend.url())).build())
                .observers(request -> told.incrementAndGet())
                .build()) {
      DeploymentManager deployment = deploy(gateway);
      Undertow server =
          Undertow.builder()
              .addHttpListener(0, "127.0.0.1")
              .setByteBufferPool(pool)
              .setHandler(Handlers.path().addPrefixPath("/", deployment.start()))
              .build();
      server.start();
      try {
        InetSocketAddress address =
            (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        for (int stream = 0; stream < STREAMS; stream++) {
          try (RawConnection leaving = RawConnection.to(address.getPort())) {
            leaving.write(request("GET", "/mcp")).readHead();
            leaving.readChunk();
            leaving.reset();
          }
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> told.get() == STREAMS);
        await().atMost(Duration.ofSeconds(30)).until(() -> failedElsewhere.get() > 0);
      } finally {
        server.stop();
        deployment.stop();
        deployment.undeploy();
      }
    }
    assertThat(pool.touched()).isZero();
  }
}
