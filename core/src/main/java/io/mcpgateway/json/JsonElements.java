package io.mcpgateway.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The elements of a JSON array, each as the bytes that it came in. */
public final class JsonElements {
  private JsonElements() {}

  /**
   * Cuts an array up.
   *
   * @param array the document, UTF-8
   * @return its elements in order: parts of the same memory
   * @throws MalformedJsonException when it is no array, or something in it is there twice
   */
  public static List<ByteBuffer> of(byte[] array) throws MalformedJsonException {
    List<ByteBuffer> elements = new ArrayList<>();
    if (looksWide(array)) {
      throw malformed();
    }
    try (JsonParser parser = Json.FACTORY.createParser(array)) {
      boolean begun = parser.nextToken() == JsonToken.START_ARRAY;
      while (begun && parser.nextToken() != JsonToken.END_ARRAY) {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getByteOffset();
        elements.add(ByteBuffer.wrap(array, start, end - start));
      }
      if (begun && parser.nextToken() == null) {
        return elements;
      }
    } catch (IOException malformed) {
      // said below, without the input
    }
    throw malformed();
  }

  /** RFC 8259, 8.1: UTF-8. By a NUL among the first bytes the library would guess another one. */
  private static boolean looksWide(byte[] array) {
    for (int i = 0; i < Math.min(4, array.length); i++) {
      if (array[i] == 0) {
        return true;
      }
    }
    return false;
  }

  private static MalformedJsonException malformed() {
    return new MalformedJsonException("malformed JSON (expected: an array)");
  }
}
