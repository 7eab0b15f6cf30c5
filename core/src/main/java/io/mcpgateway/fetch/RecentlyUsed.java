package io.mcpgateway.fetch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map that does not grow for ever: when it is full, the entry goes that was not used for longest.
 * Not thread-safe.
 *
 * @param <K> a key
 * @param <V> a value
 */
public final class RecentlyUsed<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1;

  /** As agentgateway keeps tokens; some tens of megabytes at worst. */
  static final int MAX_ENTRIES = 8192;

  /** An empty map. */
  public RecentlyUsed() {
    super(16, 0.75f, true);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > MAX_ENTRIES;
  }
}
