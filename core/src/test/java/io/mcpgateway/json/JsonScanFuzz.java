package io.mcpgateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mcpgateway.testkit.Pieces;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Documents, held against the library's own strict parser: both call the same ones JSON, and the
 * members that are found are those that it finds; wherever the input is cut.
 */
public final class JsonScanFuzz {
  private static final List<String> POINTERS =
      List.of("/method", "/id", "/params/name", "/params/a~1b");
  private static final JsonScan.Members MEMBERS =
      JsonScan.Members.of(POINTERS.toArray(new String[0]));
  private static final JsonMapper STRICT =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(limits())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private static final JsonMapper LENIENT =
      JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits()).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonScanFuzz() {}

  private static StreamReadConstraints limits() {
    return StreamReadConstraints.builder()
        .maxNestingDepth(Json.MAX_DEPTH * 8)
        .maxNumberLength(1000)
        .build();
  }

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    JsonScan whole = scan(List.of(ByteBuffer.wrap(input)));
    assertThat(verdict(scan(Pieces.of(input)))).isEqualTo(verdict(whole));
    assertThat(verdict(scan(Pieces.single(input)))).isEqualTo(verdict(whole));
    String text = text(input);
    if (text == null || whole.array()) {
      return; // other readers judge these: MessageReader, JsonElements
    }
    JsonNode lenient = tree(LENIENT, text);
    JsonNode strict = tree(STRICT, text);
    assertThat(whole.malformed()).as("malformed").isEqualTo(lenient == null);
    if (strict != null && !whole.ambiguous()) {
      POINTERS.forEach(pointer -> assertThat(found(whole, pointer)).isEqualTo(at(strict, pointer)));
    }
  }

  private static JsonScan scan(List<ByteBuffer> pieces) {
    JsonScan scan = new JsonScan(MEMBERS);
    pieces.forEach(scan::feed);
    scan.finish();
    return scan;
  }

  private static String verdict(JsonScan scan) {
    return "array %s malformed %s ambiguous %s %s"
        .formatted(
            scan.array(),
            scan.malformed(),
            scan.ambiguous(),
            scan.malformed() ? "" : POINTERS.stream().map(scan::raw).toList());
  }

  /** RFC 8259, 8.1: readers may skip a byte order mark. */
  private static @Nullable String text(byte[] input) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(input)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException malformed) {
      return null;
    }
  }

  private static @Nullable JsonNode tree(JsonMapper mapper, String text) {
    try {
      JsonNode tree = mapper.readTree(text);
      return tree.isMissingNode() ? null : tree;
    } catch (JsonProcessingException malformed) {
      return null;
    }
  }

  private static Optional<String> found(JsonScan scan, String pointer) {
    return scan.string(pointer);
  }

  private static Optional<String> at(JsonNode tree, String pointer) {
    JsonNode node = tree.at(pointer);
    return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
  }
}
