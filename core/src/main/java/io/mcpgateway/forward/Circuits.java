package io.mcpgateway.forward;

import io.mcpgateway.tls.BackendTls;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The circuits of the backends that requests went to. Thread-safe. */
final class Circuits {
  private final Clock clock;
  private final Map<Reached, Circuit> circuits = new ConcurrentHashMap<>();
  private final Map<Backend, Circuit> byBackend = new ConcurrentHashMap<>();

  /** What backends must have in common to be reachable, or not, together. */
  private record Reached(String origin, Optional<BackendTls> tls, List<HttpVersion> versions) {}

  Circuits(Clock clock) {
    this.clock = clock;
  }

  /** The circuit of a backend. */
  Circuit of(Backend backend) {
    return byBackend.computeIfAbsent(
        backend,
        any ->
            circuits.computeIfAbsent(
                new Reached(backend.origin(), backend.tls(), backend.httpVersions()),
                reached -> new Circuit(reached.origin, clock)));
  }

  /** What is known of each, by origin. */
  List<BackendState> states() {
    return circuits.values().stream()
        .map(Circuit::state)
        .sorted(Comparator.comparing(BackendState::origin))
        .toList();
  }
}
