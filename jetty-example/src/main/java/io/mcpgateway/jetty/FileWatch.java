package io.mcpgateway.jetty;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time whether files have changed, also by a rename, or by a symbolic link that
 * points elsewhere, as mounted secrets do. Looking works on all file systems; being told does not.
 * A change counts when the next look sees the same: a file may be half written at the first.
 */
final class FileWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

  private static final int LOOKS_TO_RETRY = 10;

  private final Supplier<Set<Path>> files;
  private final BooleanSupplier changed;
  private final ScheduledThreadPoolExecutor timer;
  private Map<Path, Trait> known;
  private @Nullable Map<Path, Trait> unsettled;
  private boolean refused;
  private long looks;

  /**
   * What tells one state of a file from another.
   *
   * @param real where links lead to; empty for a file that is not there
   * @param modified when it was written
   * @param size in bytes
   * @param key what the file system calls it; a null is one, too
   */
  private record Trait(String real, FileTime modified, long size, @Nullable Object key) {
    private static final Trait ABSENT = new Trait("", FileTime.fromMillis(0), -1, null);

    static Trait of(Path file) {
      try {
        Path real = file.toRealPath();
        BasicFileAttributes is = Files.readAttributes(real, BasicFileAttributes.class);
        return new Trait(real.toString(), is.lastModifiedTime(), is.size(), is.fileKey());
      } catch (IOException absent) {
        return ABSENT;
      }
    }
  }

  /**
   * Begins to watch.
   *
   * @param files which; asked with each look
   * @param interval between two looks
   * @param changed runs on the watching thread, one at a time; what it refuses is tried again from
   *     time to time, for a file that is not watched may be what is missing
   */
  FileWatch(Supplier<Set<Path>> files, Duration interval, BooleanSupplier changed) {
    this.files = files;
    this.changed = changed;
    this.known = traits();
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "mcp-gateway-watch");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        timer.scheduleWithFixedDelay(
            this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Map<Path, Trait> traits() {
    Map<Path, Trait> traits = new LinkedHashMap<>();
    files.get().forEach(file -> traits.put(file, Trait.of(file)));
    return traits;
  }

  private synchronized void look() {
    try {
      Map<Path, Trait> now = traits();
      looks++;
      if (now.equals(known)) {
        unsettled = null;
        if (refused && looks % LOOKS_TO_RETRY == 0) {
          change(now);
        }
      } else if (Objects.equals(now, unsettled)) {
        change(now);
      } else {
        unsettled = now;
      }
    } catch (RuntimeException failure) {
      LOG.error("watching files failed, and goes on", failure);
    }
  }

  /** Called for what was seen before: what changes meanwhile is another change. */
  private void change(Map<Path, Trait> seen) {
    refused = !changed.getAsBoolean();
    unsettled = null;
    known = seen;
    // Files that the change has brought in count as they are now.
    traits().forEach(known::putIfAbsent);
    known.keySet().retainAll(files.get());
  }

  /** Takes what is there for a change, in turn with the changes that are seen. */
  void lookNow() {
    timer.execute(
        () -> {
          synchronized (this) {
            change(traits());
          }
        });
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
