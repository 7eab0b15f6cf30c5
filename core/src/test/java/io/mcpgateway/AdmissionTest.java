package io.mcpgateway;

import static io.mcpgateway.Admission.Entry.ADMITTED;
import static io.mcpgateway.Admission.Entry.CLOSED;
import static io.mcpgateway.Admission.Entry.FULL;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.Admission.StreamRefusal;
import io.mcpgateway.auth.AuthenticatedPrincipal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** At the limit, and one beyond it. */
class AdmissionTest {
  private static final Route ROUTE = Route.builder().build();
  private static final Route OTHER = Route.builder().build();
  private static final Optional<AuthenticatedPrincipal> NOBODY = Optional.empty();

  private final Admission admission =
      new Admission(
          GatewayLimits.builder()
              .requests(2)
              .streams(4)
              .streamsPerRoute(3)
              .streamsPerCaller(1)
              .build());

  private static Optional<AuthenticatedPrincipal> caller(String issuer, String subject) {
    return Optional.of(
        new AuthenticatedPrincipal(issuer, subject, Set.of(), Map.of(), Optional.empty()));
  }

  @Test
  void enter_beyondTheLimit_isRefusedUntilSomebodyLeaves() {
    assertThat(admission.enter()).isEqualTo(ADMITTED);
    assertThat(admission.enter()).isEqualTo(ADMITTED);
    assertThat(admission.enter()).isEqualTo(FULL);

    admission.leave();

    assertThat(admission.enter()).isEqualTo(ADMITTED);
    assertThat(admission.requests()).isEqualTo(2);
  }

  @Test
  void close_withSomebodyInside_completesWhenTheLastOneLeaves() {
    admission.enter();
    var empty = admission.close().toCompletableFuture();

    assertThat(admission.enter()).isEqualTo(CLOSED);
    assertThat(empty).isNotDone();
    admission.leave();
    assertThat(empty).isDone();
  }

  @Test
  void close_withNobodyInside_isDone() {
    assertThat(admission.close().toCompletableFuture()).isDone();
  }

  @Test
  void openStream_ofOneCaller_hasALimitOfItsOwn() {
    assertThat(admission.openStream(ROUTE, caller("a", "1"))).isEmpty();
    assertThat(admission.openStream(ROUTE, caller("a", "1"))).contains(StreamRefusal.OF_CALLER);
    assertThat(admission.openStream(ROUTE, caller("b", "1"))).isEmpty();
    assertThat(admission.openStream(ROUTE, caller("a", "2"))).isEmpty();

    admission.closeStream(ROUTE, caller("a", "1"));

    assertThat(admission.openStream(ROUTE, caller("a", "1"))).isEmpty();
  }

  @Test
  void openStream_ofRouteAndInAll_areLimited() {
    for (int i = 0; i < 3; i++) {
      assertThat(admission.openStream(ROUTE, NOBODY)).isEmpty();
    }
    assertThat(admission.openStream(ROUTE, NOBODY)).contains(StreamRefusal.ON_ROUTE);
    assertThat(admission.openStream(OTHER, NOBODY)).isEmpty();
    assertThat(admission.openStream(OTHER, NOBODY)).contains(StreamRefusal.IN_ALL);
    assertThat(admission.streams()).isEqualTo(4);

    admission.closeStream(ROUTE, NOBODY);

    assertThat(admission.openStream(OTHER, NOBODY)).isEmpty();
  }

  @Test
  void openStream_whileClosing_isRefused() {
    admission.closeStreams();

    assertThat(admission.openStream(ROUTE, NOBODY)).contains(StreamRefusal.CLOSING);
    assertThat(admission.enter()).isEqualTo(ADMITTED);
  }
}
