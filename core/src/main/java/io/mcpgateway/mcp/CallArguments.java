package io.mcpgateway.mcp;

import io.mcpgateway.json.Json;
import io.mcpgateway.json.MalformedJsonException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Keeps the beginning of a message, for logs that are to tell the arguments. Thread-safe. */
public final class CallArguments {
  /** Of a longer message only so many bytes are kept. */
  static final int LIMIT = 8 * 1024;

  private static final String CUT = " [cut]";

  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private boolean cut;

  /** Nothing is kept yet. */
  public CallArguments() {}

  /**
   * Keeps what there is room for.
   *
   * @param bytes the message's next bytes; the position is left alone
   */
  public synchronized void add(ByteBuffer bytes) {
    byte[] some = new byte[Math.min(bytes.remaining(), LIMIT - kept.size())];
    bytes.duplicate().get(some);
    kept.writeBytes(some);
    cut |= some.length < bytes.remaining();
  }

  /**
   * The arguments of a call, as JSON text: {@code params.arguments} of a whole message, else what
   * was kept, as a string.
   *
   * @return empty when there are none
   */
  public synchronized Optional<String> toJson() {
    if (cut) {
      return Optional.of(Json.write(kept.toString(StandardCharsets.UTF_8) + CUT));
    }
    try {
      Map<String, Object> message = Json.readObject(kept.toByteArray());
      return message.get("params") instanceof Map<?, ?> params
          ? Optional.ofNullable(params.get("arguments")).map(Json::write)
          : Optional.empty();
    } catch (MalformedJsonException malformed) {
      return Optional.of(Json.write(kept.toString(StandardCharsets.UTF_8)));
    }
  }
}
