package io.mcpgateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Small JSON documents: reads them strictly and within bounds, writes them compactly. */
public final class Json {
  /** Deeper nesting is refused. */
  public static final int MAX_DEPTH = 64;

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(100)
                  .maxNameLength(10_000)
                  .build())
          .build();
  private static final JsonMapper MAPPER =
      JsonMapper.builder(FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Json() {}

  /**
   * Reads one JSON object: UTF-8, no duplicate members, nothing behind it.
   *
   * @param bytes the document
   * @return members in order; values are Map, List, String, Number, Boolean or null
   * @throws MalformedJsonException when it is anything else; the message does not quote the input
   */
  public static Map<String, Object> readObject(byte[] bytes) throws MalformedJsonException {
    try {
      Map<String, Object> members = MAPPER.readValue(utf8(bytes), new TypeReference<>() {});
      if (members == null) {
        throw new MalformedJsonException("null (expected: an object)");
      }
      return members;
    } catch (JsonProcessingException malformed) {
      throw new MalformedJsonException(
          "malformed JSON at line %d, column %d (expected: one object without duplicate members)"
              .formatted(line(malformed), column(malformed)));
    } catch (IOException unreadable) {
      throw new MalformedJsonException("malformed JSON (expected: an object in UTF-8)");
    }
  }

  /**
   * Reads a JSON string.
   *
   * @param text with its quotes
   * @return what it says; empty when it is none
   */
  public static Optional<String> readString(String text) {
    try {
      return Optional.ofNullable(MAPPER.readValue(text, String.class));
    } catch (JsonProcessingException malformed) {
      return Optional.empty();
    }
  }

  /**
   * Writes a document.
   *
   * @param value a Map, List, String, Number or Boolean
   * @return compact JSON
   */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalArgumentException("not a JSON value: " + value.getClass(), impossible);
    }
  }

  /**
   * Writes a document for people to read.
   *
   * @param value a Map, List, String, Number or Boolean
   * @return JSON with line breaks and indentation
   */
  public static String writePretty(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalArgumentException("not a JSON value: " + value.getClass(), impossible);
    }
  }

  /** RFC 8259, 8.1: UTF-8 without a byte order mark. The library would guess UTF-16 and UTF-32. */
  private static String utf8(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static int line(JsonProcessingException malformed) {
    return malformed.getLocation() == null ? 1 : malformed.getLocation().getLineNr();
  }

  private static int column(JsonProcessingException malformed) {
    return malformed.getLocation() == null ? 1 : malformed.getLocation().getColumnNr();
  }
}
