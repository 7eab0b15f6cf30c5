package io.mcpgateway.mcp;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Whether the header fields of a request say the same as its message (MCP 2026-07-28, Server
 * Validation). {@code Mcp-Param-*} takes the tool's schema: that is the server's to check.
 */
final class HeaderAgreement {
  private static final String ENCODED = "=?base64?";
  private static final String END = "?=";

  private HeaderAgreement() {}

  /**
   * Looks for a contradiction.
   *
   * @param fields the request's header fields
   * @param message its message
   * @return what is wrong, without values; empty when nothing is
   */
  static Optional<String> problem(Headers fields, Envelope message) {
    Optional<String> repeated = malformed(fields, HeaderNames.MCP_PROTOCOL_VERSION);
    Optional<String> declared = fields.first(HeaderNames.MCP_PROTOCOL_VERSION);
    Optional<String> revision = declared.or(message::protocolVersion);
    if (repeated.isPresent() || revision.map(ProtocolVersion::isStateful).orElse(true)) {
      // Revisions with sessions know no mirrored fields; the message alone counts there.
      return repeated.or(() -> version(declared, message));
    }
    // What a later revision demands is not ours to know; what it says must agree all the same.
    boolean demanded =
        message.isRequest() && declared.equals(Optional.of(ProtocolVersion.STATELESS));
    return malformed(fields, HeaderNames.MCP_METHOD)
        .or(() -> malformed(fields, HeaderNames.MCP_NAME))
        .or(() -> version(declared, message))
        .or(() -> method(fields.first(HeaderNames.MCP_METHOD), message, demanded))
        .or(() -> name(fields.first(HeaderNames.MCP_NAME), message, demanded));
  }

  private static Optional<String> malformed(Headers fields, String name) {
    List<String> values = fields.all(name);
    if (values.size() > 1) {
      return Optional.of(name + " is repeated");
    }
    boolean visible =
        values.stream().allMatch(value -> value.chars().allMatch(c -> c >= ' ' && c <= '~'));
    return visible ? Optional.empty() : Optional.of(name + " holds invalid characters");
  }

  private static Optional<String> version(Optional<String> field, Envelope message) {
    if (message.protocolVersion().isEmpty() || message.protocolVersion().equals(field)) {
      return Optional.empty();
    }
    return Optional.of(
        field.isPresent()
            ? "MCP-Protocol-Version is not the version in the message"
            : "MCP-Protocol-Version is missing");
  }

  private static Optional<String> method(
      Optional<String> field, Envelope message, boolean demanded) {
    if (field.isEmpty()) {
      return demanded ? Optional.of("Mcp-Method is missing") : Optional.empty();
    }
    return field.equals(message.method())
        ? Optional.empty()
        : Optional.of("Mcp-Method is not the method in the message");
  }

  private static Optional<String> name(Optional<String> field, Envelope message, boolean demanded) {
    if (!message.hasName()) {
      return Optional.empty();
    }
    if (field.isEmpty()) {
      return demanded && message.name().isPresent()
          ? Optional.of("Mcp-Name is missing")
          : Optional.empty();
    }
    Optional<String> decoded = decode(field.get());
    if (decoded.isEmpty()) {
      return Optional.of("Mcp-Name is not valid Base64 of UTF-8");
    }
    return decoded.equals(message.name())
        ? Optional.empty()
        : Optional.of("Mcp-Name is not the name in the message");
  }

  /** MCP 2026-07-28, Value Encoding: both markers or none, strict Base64. */
  private static Optional<String> decode(String value) {
    boolean encoded =
        value.length() >= ENCODED.length() + END.length()
            && value.startsWith(ENCODED)
            && value.endsWith(END);
    if (!encoded) {
      return Optional.of(value);
    }
    byte[] text =
        value
            .substring(ENCODED.length(), value.length() - END.length())
            .getBytes(StandardCharsets.US_ASCII);
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      // The decoder does not mind missing padding and stray bits.
      return Arrays.equals(Base64.getEncoder().encode(bytes), text)
          ? Optional.of(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString())
          : Optional.empty();
    } catch (IllegalArgumentException | CharacterCodingException malformed) {
      return Optional.empty();
    }
  }
}
