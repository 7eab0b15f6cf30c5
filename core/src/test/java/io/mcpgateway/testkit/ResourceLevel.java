package io.mcpgateway.testkit;

import java.io.File;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.Objects;

/**
 * What this process holds: to be compared before and after what must leave nothing behind.
 *
 * @param files open file descriptors, with sockets; 0 where the system does not tell
 * @param threads live threads, but for those of servers, whose pools are bounded and grow as they
 *     like
 * @param directBytes memory of direct buffers
 */
public record ResourceLevel(int files, int threads, long directBytes) {
  private static final long MIB = 1 << 20;

  /** The level now, without what only waits for the garbage collector. */
  public static ResourceLevel now() {
    System.gc(); // Undertow has direct buffers of single responses: nobody gives them back
    String[] open = new File("/proc/self/fd").list();
    return new ResourceLevel(
        open == null ? 0 : open.length,
        Math.toIntExact(
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !isOfAServersPool(thread.getName()))
                .count()),
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum());
  }

  private static boolean isOfAServersPool(String name) {
    return name.startsWith("qtp") || name.contains("-exec-");
  }

  /**
   * Whether it is no higher than another one, but for what pools may keep.
   *
   * @param before the other
   */
  public boolean isBackTo(ResourceLevel before) {
    Objects.requireNonNull(before);
    return files <= before.files + 4
        && threads <= before.threads + 16
        && directBytes <= before.directBytes + 8 * MIB;
  }
}
