package io.mcpgateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.async.ByteBufferFeeder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for a few scalar members of one JSON object while its bytes come in, without building a
 * tree. Malformed input ends the search; it is not for this class to refuse it. Not thread-safe.
 */
public final class JsonScan {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Json.MAX_DEPTH * 8)
                  .maxNumberLength(1000)
                  .build())
          .build();

  private final Set<String> wanted;
  private final Map<String, String> found = new HashMap<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final JsonParser parser;
  private final ByteBufferFeeder feeder;
  private boolean array;
  private boolean ended;

  /**
   * Starts a search.
   *
   * @param wanted the members, as {@code name} or {@code parent.name}
   * @throws IllegalStateException never in practice
   */
  public JsonScan(Set<String> wanted) {
    this.wanted = wanted;
    try {
      this.parser = FACTORY.createNonBlockingByteBufferParser();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    this.feeder = (ByteBufferFeeder) parser.getNonBlockingInputFeeder();
  }

  /**
   * Looks at the next bytes.
   *
   * @param bytes the input's next bytes; its position is left alone
   */
  public void feed(ByteBuffer bytes) {
    if (ended || !bytes.hasRemaining()) {
      return;
    }
    try {
      feeder.feedInput(bytes.duplicate());
      for (JsonToken token = parser.nextToken();
          !ended && token != null && token != JsonToken.NOT_AVAILABLE;
          token = parser.nextToken()) {
        see(token);
      }
    } catch (IOException | RuntimeException malformed) {
      ended = true;
    }
  }

  private void see(JsonToken token) throws IOException {
    switch (token) {
      case START_ARRAY, START_OBJECT -> {
        if (path.isEmpty() && token == JsonToken.START_ARRAY) {
          array = true;
          ended = true;
        }
        path.addLast(name());
      }
      case END_ARRAY, END_OBJECT -> {
        path.removeLast();
        ended = path.isEmpty();
      }
      case FIELD_NAME -> {}
      default -> {
        String place = place();
        if (wanted.contains(place)) {
          found.put(
              place,
              token == JsonToken.VALUE_STRING ? Json.write(parser.getText()) : parser.getText());
        }
      }
    }
  }

  private String name() throws IOException {
    String name = parser.currentName();
    return name == null ? "" : name;
  }

  /** Only depths 1 and 2 can be asked for. */
  private String place() throws IOException {
    return switch (path.size()) {
      case 1 -> name().contains(".") ? "" : name(); // the dot is ours
      case 2 -> path.peekLast() + "." + name();
      default -> "";
    };
  }

  /** Tells whether looking on is useless: the object has ended, or is none. */
  public boolean ended() {
    return ended;
  }

  /** Tells whether the document is an array. */
  public boolean array() {
    return array;
  }

  /**
   * A member's value as JSON text.
   *
   * @param place {@code name} or {@code parent.name}
   */
  public Optional<String> raw(String place) {
    return Optional.ofNullable(found.get(place));
  }

  /**
   * A member's value, if it is a string.
   *
   * @param place {@code name} or {@code parent.name}
   */
  public Optional<String> string(String place) {
    return raw(place).filter(text -> text.startsWith("\"")).flatMap(Json::readString);
  }
}
