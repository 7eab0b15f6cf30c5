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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for a few scalar members of one JSON object while its bytes come in, without building a
 * tree. Malformed input ends the search; whether that matters is the caller's to say. Not
 * thread-safe.
 */
public final class JsonScan implements AutoCloseable {
  private static final String ELSEWHERE = "";
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Names are compared once and let go: a table of them would be copied for each message.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Json.MAX_DEPTH * 8)
                  .maxNumberLength(1000)
                  .build())
          .build();

  private final Members wanted;
  private final Map<String, Scalar> found = new HashMap<>();
  private final Set<String> met = new HashSet<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final JsonParser parser;
  private final ByteBufferFeeder feeder;
  // Of the member whose name came last; values within arrays are elsewhere.
  private String pointer = ELSEWHERE;
  private boolean array;
  private boolean named;
  private char lastSeen;
  private boolean ended;
  private boolean malformed;
  private boolean ambiguous;

  /**
   * Which members to look for. Immutable; make it once.
   *
   * @param pointers where they are (RFC 6901), e.g. {@code /params/name}
   * @param parents the objects on the way to them; the root is {@code /}
   * @param folded those of both that must not be there twice, or in another case; in lower case
   */
  public record Members(Set<String> pointers, Set<String> parents, Set<String> folded) {
    /**
     * Members of objects; arrays are not looked into.
     *
     * @param pointers as RFC 6901 writes them
     */
    public static Members of(String... pointers) {
      Set<String> parents = new HashSet<>(Set.of("/"));
      for (String pointer : pointers) {
        for (int end = pointer.lastIndexOf('/'); end > 0; end = pointer.lastIndexOf('/', end - 1)) {
          parents.add(pointer.substring(0, end));
        }
      }
      Set<String> folded = new HashSet<>();
      List.of(pointers).forEach(pointer -> folded.add(fold(pointer)));
      parents.forEach(parent -> folded.add(fold(parent)));
      return new Members(Set.of(pointers), Set.copyOf(parents), Set.copyOf(folded));
    }

    /**
     * These, and others that nothing is decided by: whether those can be taken in two ways does not
     * matter.
     *
     * @param others as RFC 6901 writes them, below objects that are looked into anyway
     * @throws IllegalArgumentException when one is below another object
     */
    public Members andUndecisive(Set<String> others) {
      Set<String> all = new HashSet<>(pointers);
      for (String other : others) {
        if (!parents.contains(other.substring(0, other.lastIndexOf('/')))) {
          throw new IllegalArgumentException(other + " (expected: below one of " + parents + ")");
        }
        all.add(other);
      }
      return new Members(Set.copyOf(all), parents, folded);
    }
  }

  private record Scalar(String text, boolean string) {}

  /**
   * Starts a search.
   *
   * @param wanted the members
   * @throws IllegalStateException never in practice
   */
  public JsonScan(Members wanted) {
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
    if (!array && !malformed && bytes.hasRemaining()) {
      try {
        feeder.feedInput(bytes.duplicate());
        look();
        lastSeen = lastVisible(bytes);
      } catch (IOException | RuntimeException refused) {
        malformed = true;
      }
    }
  }

  /** There is no more input: what has not ended by now is malformed. Closes the scan. */
  public void finish() {
    if (!array && !malformed) {
      try {
        feeder.endOfInput();
        look();
      } catch (IOException | RuntimeException refused) {
        malformed = true;
      }
      malformed |= !ended;
    }
    close();
  }

  /** Ends the search, and gives the memory that it took to the next one; what was found stays. */
  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void look() throws IOException {
    // The parser lets pass a name without a value, and a comma without a next one, when the input
    // is cut behind the colon or the comma.
    boolean comma = lastSeen == ',';
    while (!array) {
      JsonToken token = parser.nextToken();
      if (token == null || token == JsonToken.NOT_AVAILABLE) {
        return;
      }
      boolean incomplete = token.isStructEnd() && (named || comma);
      if (ended || incomplete) {
        malformed = true;
        return;
      }
      named = token == JsonToken.FIELD_NAME;
      comma = false;
      see(token);
    }
  }

  /** The last byte so far that is no white space. */
  private char lastVisible(ByteBuffer bytes) {
    for (int i = bytes.limit() - 1; i >= bytes.position(); i--) {
      byte at = bytes.get(i);
      if (at != ' ' && at != '\t' && at != '\n' && at != '\r') {
        return (char) at;
      }
    }
    return lastSeen;
  }

  private void see(JsonToken token) throws IOException {
    switch (token) {
      case START_ARRAY -> {
        array = path.isEmpty();
        path.addLast(ELSEWHERE);
        pointer = ELSEWHERE;
      }
      case START_OBJECT -> path.addLast(path.isEmpty() ? "/" : parentOrElsewhere(pointer));
      case END_ARRAY, END_OBJECT -> {
        path.removeLast();
        ended = path.isEmpty();
      }
      case FIELD_NAME -> {
        pointer = pointerOf(parser.currentName());
        meet(pointer);
      }
      default -> {
        if (wanted.pointers().contains(pointer)) {
          found.put(pointer, new Scalar(parser.getText(), token == JsonToken.VALUE_STRING));
        }
        ended = path.isEmpty();
      }
    }
  }

  private String parentOrElsewhere(String pointer) {
    return wanted.parents().contains(pointer) ? pointer : ELSEWHERE;
  }

  /** Another reader of the same bytes may take the other one, or not mind the case. */
  private void meet(String pointer) {
    if (pointer.isEmpty()) {
      return;
    }
    String folded = fold(pointer);
    if (wanted.folded().contains(folded)) {
      ambiguous |= !met.add(folded);
      ambiguous |= !wanted.pointers().contains(pointer) && !wanted.parents().contains(pointer);
    }
  }

  /** Where a member of the innermost object is, as far as that is of interest. */
  private String pointerOf(String name) {
    String parent = path.getLast();
    if (parent.isEmpty()) {
      return ELSEWHERE;
    }
    String escaped = name.replace("~", "~0").replace("/", "~1");
    return parent.equals("/") ? "/" + escaped : parent + "/" + escaped;
  }

  private static String fold(String pointer) {
    return pointer.toLowerCase(Locale.ROOT);
  }

  /** Tells whether looking on is useless: the document has ended, or is of another kind. */
  public boolean ended() {
    return ended || array || malformed;
  }

  /** Tells whether the document is an array. */
  public boolean array() {
    return array;
  }

  /** Tells whether the document is no JSON, as far as it has been read. */
  public boolean malformed() {
    return malformed;
  }

  /**
   * Tells whether a member that was looked for, or an object on the way to it, is there twice, or
   * in another case: two readers could take it for two things.
   */
  public boolean ambiguous() {
    return ambiguous;
  }

  /**
   * A member's value as JSON text.
   *
   * @param pointer one of those that are looked for
   */
  public Optional<String> raw(String pointer) {
    return Optional.ofNullable(found.get(pointer))
        .map(value -> value.string() ? Json.write(value.text()) : value.text());
  }

  /**
   * A member's value, if it is a string.
   *
   * @param pointer one of those that are looked for
   */
  public Optional<String> string(String pointer) {
    return Optional.ofNullable(found.get(pointer)).filter(Scalar::string).map(Scalar::text);
  }
}
