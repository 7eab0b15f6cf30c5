package io.mcpgateway.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a value of the configuration may be. */
sealed interface Type
    permits Shape,
        Type.Text,
        Type.Whole,
        Type.Flag,
        Type.Share,
        Type.Span,
        Type.Choice,
        Type.Many,
        Type.Named,
        Type.Free,
        Type.Either {
  Type TEXT = Text.of("a string");

  /** A string that no message quotes. */
  Type SECRET = Text.secret("a string");

  /** Keys as JSON; their private parts are nobody's business, should there be any. */
  Type JWKS = Text.of("a JWK set in a string");

  Type FLAG = new Flag();
  Type DURATION = new Span(true, Duration.ofDays(100_000));
  Type LIMIT = new Span(false, Duration.ofDays(100_000));
  Type TEXTS = new Many(TEXT, 0);

  /** The words for it in a message: {@code (expected: ...)}. */
  String expected();

  /**
   * A string.
   *
   * @param expected the words for it
   * @param pattern for the whole of it; empty when the model checks it
   * @param secret whether messages must not quote it
   */
  record Text(String expected, Optional<Pattern> pattern, boolean secret) implements Type {
    Text(String expected, Optional<Pattern> pattern) {
      this(expected, pattern, false);
    }

    static Text of(String expected) {
      return new Text(expected, Optional.empty());
    }

    static Text secret(String expected) {
      return new Text(expected, Optional.empty(), true);
    }
  }

  /**
   * A whole number.
   *
   * @param min the least
   * @param max the greatest
   */
  record Whole(long min, long max) implements Type {
    @Override
    public String expected() {
      return max == Long.MAX_VALUE
          ? "an integer, at least " + min
          : "an integer from " + min + " to " + max;
    }
  }

  /** True or false. */
  record Flag() implements Type {
    @Override
    public String expected() {
      return "true or false";
    }
  }

  /** A part of a whole, from none to all of it. */
  record Share() implements Type {
    static final Pattern REGEX =
        Pattern.compile("0(?:\\.[0-9]{1,15})?|1(?:\\.0{1,15})?|true|false");

    @Override
    public String expected() {
      return "true, false, or a number from 0 to 1";
    }
  }

  /**
   * A {@link GoDuration}.
   *
   * @param zero whether it may be zero
   * @param max the longest
   */
  record Span(boolean zero, Duration max) implements Type {
    @Override
    public String expected() {
      String most =
          max.compareTo(Duration.ofDays(1)) < 0 ? ", at most " + GoDuration.format(max) : "";
      return GoDuration.EXPECTED + (zero ? "" : ", more than 0s") + most;
    }
  }

  /**
   * One of some words.
   *
   * @param words the words
   * @param unsupported those that agentgateway knows besides
   */
  record Choice(List<String> words, List<String> unsupported) implements Type {
    static Choice of(String... words) {
      return new Choice(List.of(words), List.of());
    }

    Choice notSupported(String... others) {
      return new Choice(words, List.of(others));
    }

    @Override
    public String expected() {
      return oneOf(words);
    }
  }

  /**
   * A list.
   *
   * @param item what its items are
   * @param min how many it has at least
   */
  record Many(Type item, int min) implements Type {
    @Override
    public String expected() {
      return "a list";
    }
  }

  /**
   * An object whose keys are names that the author chooses.
   *
   * @param value what its values are
   */
  record Named(Type value) implements Type {
    @Override
    public String expected() {
      return "an object of names";
    }
  }

  /** Anything that JSON can say. */
  record Free() implements Type {
    @Override
    public String expected() {
      return "any value";
    }
  }

  /**
   * A single value, or something else.
   *
   * @param scalar what a single value is
   * @param other what a list or an object is
   */
  record Either(Type scalar, Type other) implements Type {
    @Override
    public String expected() {
      return scalar.expected() + ", or " + other.expected();
    }
  }

  /** Lists names for a message. */
  static String oneOf(List<String> names) {
    return names.size() == 1
        ? names.get(0)
        : names.stream().collect(Collectors.joining(", ", "one of ", ""));
  }
}
