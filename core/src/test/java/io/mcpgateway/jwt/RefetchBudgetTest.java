package io.mcpgateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefetchBudgetTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private static int takeAll(RefetchBudget budget, Instant now) {
    int taken = 0;
    Optional<RefetchBudget> left = budget.take(now);
    while (left.isPresent()) {
      taken++;
      left = left.get().take(now);
    }
    return taken;
  }

  private static RefetchBudget emptyAt(Instant now) {
    return new RefetchBudget(0, now);
  }

  @Test
  void take_full_threeAtOnce() {
    assertThat(takeAll(RefetchBudget.full(NOW), NOW)).isEqualTo(3);
    assertThat(takeAll(RefetchBudget.full(NOW), NOW.plusSeconds(1000))).isEqualTo(3);
  }

  @Test
  void take_empty_oneInTenSeconds() {
    assertThat(takeAll(emptyAt(NOW), NOW.plusSeconds(9))).isZero();
    assertThat(takeAll(emptyAt(NOW), NOW.plusSeconds(10))).isEqualTo(1);
    assertThat(takeAll(emptyAt(NOW), NOW.plusSeconds(29))).isEqualTo(2);
    assertThat(takeAll(emptyAt(NOW), NOW.plusSeconds(3600))).isEqualTo(3);
  }

  @Test
  void take_betweenRefills_keepsTheRestOfTheTime() {
    RefetchBudget left = emptyAt(NOW).take(NOW.plusSeconds(19)).orElseThrow();
    assertThat(takeAll(left, NOW.plusSeconds(20))).isEqualTo(1);
  }

  @Test
  void take_clockSetBack_fillsAgain() {
    Instant earlier = NOW.minusSeconds(3600);
    assertThat(takeAll(emptyAt(NOW), earlier)).isEqualTo(3);
    assertThat(new RefetchBudget(1, NOW).take(earlier)).contains(new RefetchBudget(2, earlier));
  }
}
