package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.telemetry.GatewayObserver;
import io.mcpgateway.telemetry.KeyFetch;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.RecordedExchange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** An observer that is slow or broken harms no request, and no other observer. */
@Timeout(60)
class ObserversTest {
  private static final KeyFetch EVENT =
      new KeyFetch("https://issuer.test", Instant.EPOCH, Duration.ZERO, 1, Optional.empty());

  private final AtomicInteger told = new AtomicInteger();
  private final GatewayObserver counting =
      new GatewayObserver() {
        @Override
        public void requestFinished(RequestRecord request) {
          told.incrementAndGet();
        }

        @Override
        public void keysFetched(KeyFetch fetch) {
          told.incrementAndGet();
        }
      };

  /** Takes nothing more until it is let go. */
  private static final class Stuck implements GatewayObserver {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    @Override
    public void requestFinished(RequestRecord request) {
      waitForIt();
    }

    @Override
    public void keysFetched(KeyFetch fetch) {
      waitForIt();
    }

    private void waitForIt() {
      entered.countDown();
      try {
        free.await();
      } catch (InterruptedException end) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void tell(Observers observers, int events) {
    for (int i = 0; i < events; i++) {
      observers.keysFetched(EVENT);
    }
  }

  @Test
  void slowObserver_delaysNoRequest() throws Exception {
    Stuck stuck = new Stuck();
    try (McpGateway gateway =
        McpGateway.builder().route(Route.builder().build()).observers(stuck, counting).build()) {
      for (int i = 0; i < 10; i++) {
        RecordedExchange exchange =
            new RecordedExchange(RequestHead.builder("TRACE", "/mcp").build());
        gateway.handle(exchange);
        assertThat(exchange.heads()).hasSize(1);
        exchange.sendBody();
      }
      stuck.entered.await();
      assertThat(told).hasValue(0);
      assertThat(gateway.openRequests()).isZero();

      stuck.free.countDown();
      await().untilAsserted(() -> assertThat(told).hasValue(10));
    } finally {
      stuck.free.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void brokenObserver_isLoggedOnce_andTheOthersAreTold(boolean error) {
    GatewayObserver broken =
        new GatewayObserver() {
          @Override
          public void requestFinished(RequestRecord request) {}

          @Override
          public void keysFetched(KeyFetch fetch) {
            if (error) {
              throw new StackOverflowError();
            }
            throw new IllegalStateException("broken");
          }
        };
    List<String> lines = new CopyOnWriteArrayList<>();
    ListAppender<ILoggingEvent> log =
        new ListAppender<>() {
          @Override
          protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
          }
        };
    Logger logger = (Logger) LoggerFactory.getLogger(Observers.class);
    log.start();
    logger.addAppender(log);
    try (Observers observers = new Observers(List.of(broken, counting))) {
      tell(observers, 3);
      await().untilAsserted(() -> assertThat(told).hasValue(3));
    } finally {
      logger.detachAppender(log);
    }

    assertThat(lines).singleElement().asString().contains("an observer failed");
  }

  @Test
  void moreThanWaits_isDroppedAndCounted() throws Exception {
    Stuck stuck = new Stuck();
    try (Observers observers = new Observers(List.of(stuck, counting))) {
      tell(observers, 1);
      stuck.entered.await();

      tell(observers, Observers.MOST_WAITING);
      assertThat(observers.dropped()).isZero();
      tell(observers, 7);
      assertThat(observers.dropped()).isEqualTo(7);

      stuck.free.countDown();
      await().untilAsserted(() -> assertThat(told).hasValue(1 + Observers.MOST_WAITING));
      tell(observers, 1);
      await().untilAsserted(() -> assertThat(told).hasValue(2 + Observers.MOST_WAITING));
    } finally {
      stuck.free.countDown();
    }
  }

  @Test
  void close_tellsWhatWaits_andWhatEndsLater() {
    Observers observers = new Observers(List.of(counting));
    tell(observers, 1000);

    observers.close();

    assertThat(told).hasValue(1000);
    tell(observers, 1);
    assertThat(told).hasValue(1001);
  }

  @Test
  void close_doesNotWaitForAnObserverThatIsStuck() throws Exception {
    Stuck stuck = new Stuck();
    Observers observers = new Observers(List.of(stuck, counting));
    tell(observers, 2);
    stuck.entered.await();
    try {
      observers.close();

      assertThat(told).hasValue(0);
      tell(observers, 1); // nor does a request that ends now
    } finally {
      stuck.free.countDown();
    }
    await().untilAsserted(() -> assertThat(told).hasValue(3));
  }
}
