package io.mcpgateway.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A checked value, and where it stands. What the grammar refused is still there, so that the rest
 * of the file can be looked at, but empty: whoever reads it need not tell it again.
 *
 * @param place where it starts
 * @param path the key path
 * @param value by type: String, Long, Boolean, Duration, a List or Map of settings, or any JSON
 *     value; null when it was refused
 * @param broken whether it, or anything in it, was refused
 */
record Setting(Place place, String path, @Nullable Object value, boolean broken) {

  /** Whether an object has a key, even a refused one. */
  boolean has(String key) {
    return get(key).isPresent();
  }

  /** The value of a key; empty when it is not there or was refused. */
  Optional<Setting> get(String key) {
    return value instanceof Map<?, ?> members && members.get(key) instanceof Setting setting
        ? Optional.of(setting)
        : Optional.empty();
  }

  Optional<String> text(String key) {
    return get(key).flatMap(setting -> setting.as(String.class));
  }

  Optional<Long> whole(String key) {
    return get(key).flatMap(setting -> setting.as(Long.class));
  }

  boolean flag(String key) {
    return choice(key).orElse(false);
  }

  /** A flag whose absence says something, too. */
  Optional<Boolean> choice(String key) {
    return get(key).flatMap(setting -> setting.as(Boolean.class));
  }

  Optional<Duration> duration(String key) {
    return get(key).flatMap(setting -> setting.as(Duration.class));
  }

  /** The items of a list; none when it is not there or was refused. */
  List<Setting> items(String key) {
    return get(key).map(Setting::items).orElse(List.of());
  }

  /** The strings of a list, without refused ones. */
  String[] texts(String key) {
    return items(key).stream()
        .flatMap(item -> item.as(String.class).stream())
        .toArray(String[]::new);
  }

  /** Its items when it is a list; itself when it is a single value. */
  List<Setting> items() {
    if (value instanceof List<?> list) {
      return list.stream().map(Setting.class::cast).toList();
    }
    return value == null ? List.of() : List.of(this);
  }

  /** The names of a named object and what they stand for, in order. */
  Map<?, ?> members() {
    return value instanceof Map<?, ?> members ? members : Map.of();
  }

  <T> Optional<T> as(Class<T> type) {
    return type.isInstance(value) ? Optional.of(type.cast(value)) : Optional.empty();
  }
}
