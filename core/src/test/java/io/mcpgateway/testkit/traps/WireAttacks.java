package io.mcpgateway.testkit.traps;

import java.util.List;
import java.util.stream.Stream;

/** All attacks in bytes, those of one family together. */
public final class WireAttacks {
  private WireAttacks() {}

  public static List<WireAttack> all() {
    return Stream.of(FramingAttacks.all(), HeadAttacks.all(), TargetAttacks.all())
        .flatMap(List::stream)
        .toList();
  }
}
