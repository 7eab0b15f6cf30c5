package io.mcpgateway.http;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells open streams that they are to end. Who has heard of it, or has ended before, is forgotten.
 * Thread-safe.
 */
public final class EndSignal {
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean raised = new AtomicBoolean();

  /** A signal that was not raised. */
  public EndSignal() {}

  /** Somebody who wants to hear of it. Not a record: each is its own. */
  private static final class Listener {
    private final Runnable action;

    Listener(Runnable action) {
      this.action = action;
    }
  }

  /**
   * Has an action run when the signal is raised; at once when it has been.
   *
   * @param action runs at most once, briefly, on any thread
   * @return to be run when the action is of no use any more
   */
  public Runnable onRaised(Runnable action) {
    Listener listener = new Listener(action);
    listeners.add(listener);
    if (raised.get() && listeners.remove(listener)) {
      action.run();
    }
    return () -> listeners.remove(listener);
  }

  /** Raises the signal; again without effect. */
  public void raise() {
    raised.set(true);
    for (Listener listener : List.copyOf(listeners)) {
      if (listeners.remove(listener)) {
        listener.action.run();
      }
    }
  }
}
