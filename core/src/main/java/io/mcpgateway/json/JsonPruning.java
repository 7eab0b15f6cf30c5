package io.mcpgateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes elements out of arrays of a JSON document, and exchanges strings, while every other byte
 * stays as it is: unknown members, their order, the precision of numbers. Where a member is there
 * twice, both are looked at.
 *
 * @param arrays where the arrays are (RFC 6901, within one message), and which member of their
 *     elements is the name
 * @param strings where a string is exchanged, and what for
 */
public record JsonPruning(Map<String, String> arrays, Map<String, Exchange> strings) {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(512).maxNumberLength(1000).build())
          .build();

  /** Copies the maps. */
  public JsonPruning {
    arrays = Map.copyOf(arrays);
    strings = Map.copyOf(strings);
  }

  /**
   * One string for another.
   *
   * @param before what stands there
   * @param after what shall stand there; plain ASCII
   */
  public record Exchange(String before, String after) {}

  /** Says which elements stay. */
  public interface Keeper {
    /**
     * Decides about one element.
     *
     * @param array where the array is
     * @param name the element's; empty when it has none, or more than one
     */
    boolean keeps(String array, Optional<String> name);
  }

  /**
   * Prunes a document: one message, or an array of them.
   *
   * @param document UTF-8
   * @param keeper says which elements stay
   * @return the same array when nothing is to be changed
   * @throws MalformedJsonException when it is no JSON, or too deep
   */
  public byte[] prune(byte[] document, Keeper keeper) throws MalformedJsonException {
    Walk walk = new Walk(this, document, keeper);
    try (JsonParser parser = FACTORY.createParser(document)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          walk.value(parser, "");
        }
      } else if (first != null) {
        walk.value(parser, "");
      }
      if (first == null || parser.nextToken() != null) {
        throw new MalformedJsonException("malformed JSON (expected: one document)");
      }
      return walk.edited();
    } catch (IOException | IndexOutOfBoundsException malformed) {
      throw new MalformedJsonException("malformed JSON (expected: UTF-8, not too deep)");
    }
  }

  /**
   * Bytes that are replaced.
   *
   * @param start the first of them
   * @param end behind the last of them
   * @param by what stands there instead, each character a byte
   */
  private record Edit(int start, int end, String by) {}

  /** One way through a document. */
  private static final class Walk {
    private final JsonPruning rules;
    private final byte[] document;
    private final Keeper keeper;
    private final List<Edit> edits = new ArrayList<>();

    Walk(JsonPruning rules, byte[] document, Keeper keeper) {
      this.rules = rules;
      this.document = document;
      this.keeper = keeper;
    }

    void value(JsonParser parser, String at) throws IOException {
      JsonToken token = parser.currentToken();
      if (token == JsonToken.START_OBJECT && leadsOn(at)) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName().replace("~", "~0").replace("/", "~1");
          parser.nextToken();
          value(parser, at + "/" + name);
        }
      } else if (token == JsonToken.START_ARRAY && rules.arrays.containsKey(at)) {
        array(parser, at);
      } else if (token == JsonToken.VALUE_STRING && rules.strings.containsKey(at)) {
        string(parser, at);
      } else {
        parser.skipChildren();
      }
    }

    private boolean leadsOn(String at) {
      String below = at + "/";
      return rules.arrays.keySet().stream().anyMatch(pointer -> pointer.startsWith(below))
          || rules.strings.keySet().stream().anyMatch(pointer -> pointer.startsWith(below));
    }

    private void array(JsonParser parser, String at) throws IOException {
      int start = offset(parser.currentLocation().getByteOffset());
      List<String> kept = new ArrayList<>();
      boolean all = true;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        int elementStart = offset(parser.currentTokenLocation().getByteOffset());
        Optional<String> name = name(parser, String.valueOf(rules.arrays.get(at)));
        if (keeper.keeps(at, name)) {
          kept.add(text(elementStart, offset(parser.currentLocation().getByteOffset())));
        } else {
          all = false;
        }
      }
      if (!all) {
        int end = offset(parser.currentTokenLocation().getByteOffset());
        edits.add(new Edit(start, end, String.join(",", kept)));
      }
    }

    /** Leaves the parser at the element's end. */
    private static Optional<String> name(JsonParser parser, String member) throws IOException {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        parser.skipChildren();
        parser.finishToken();
        return Optional.empty();
      }
      List<Optional<String>> names = new ArrayList<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isName = parser.currentName().equals(member);
        JsonToken value = parser.nextToken();
        if (isName) {
          names.add(
              value == JsonToken.VALUE_STRING ? Optional.of(parser.getText()) : Optional.empty());
        }
        parser.skipChildren();
      }
      return names.size() == 1 ? names.get(0) : Optional.empty();
    }

    private void string(JsonParser parser, String at) throws IOException {
      Exchange exchange = rules.strings.get(at);
      if (exchange != null && exchange.before().equals(parser.getText())) {
        int start = offset(parser.currentTokenLocation().getByteOffset());
        int end = offset(parser.currentLocation().getByteOffset());
        edits.add(new Edit(start, end, '"' + exchange.after() + '"'));
      }
    }

    private static int offset(long bytes) {
      return Math.toIntExact(bytes);
    }

    private String text(int start, int end) {
      return new String(document, start, end - start, StandardCharsets.ISO_8859_1);
    }

    byte[] edited() {
      if (edits.isEmpty()) {
        return document;
      }
      ByteArrayOutputStream result = new ByteArrayOutputStream(document.length);
      int at = 0;
      for (Edit edit : edits) {
        result.write(document, at, edit.start() - at);
        result.writeBytes(edit.by().getBytes(StandardCharsets.ISO_8859_1));
        at = edit.end();
      }
      result.write(document, at, document.length - at);
      return result.toByteArray();
    }
  }
}
