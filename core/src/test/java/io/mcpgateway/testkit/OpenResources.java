package io.mcpgateway.testkit;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a test has opened; it is closed in reverse order. Not thread-safe. */
public final class OpenResources implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Nothing yet. */
  public OpenResources() {}

  /** Takes a resource in, and gives it back. */
  public <T extends AutoCloseable> T add(T resource) {
    open.push(resource);
    return resource;
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
