package io.mcpgateway.mcp;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.json.JsonElements;
import io.mcpgateway.json.JsonScan;
import io.mcpgateway.json.MalformedJsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads the message in a request body whole, for policies that decide by it. Strict: what two
 * readers could take for two different messages is refused. One reader belongs to one body; it runs
 * on the threads that bring the bytes, and copies them: a body that is held must not hold up the
 * connection's other streams.
 */
public final class MessageReader {
  private final Headers fields;
  private final boolean compared;
  private final BodySource body;
  private final long limit;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final WritableByteChannel collector = Channels.newChannel(bytes);
  private final CompletableFuture<MessageReading> done = new CompletableFuture<>();

  private MessageReader(Headers fields, boolean compared, BodySource body, long limit) {
    this.fields = fields;
    this.compared = compared;
    this.body = body;
    this.limit = limit;
  }

  /**
   * Reads a message, and mostly compares it with the header fields of its request.
   *
   * @param fields the request's header fields
   * @param compared whether the message has to say the same as they do
   * @param body its body; belongs to the reader from now on
   * @param limit how many bytes it may have
   * @return completes, exceptionally never, when the body has ended or has been refused
   */
  public static CompletionStage<MessageReading> read(
      Headers fields, boolean compared, BodySource body, long limit) {
    MessageReader reader = new MessageReader(fields, compared, body, limit);
    boolean encoded =
        fields.list(HeaderNames.CONTENT_ENCODING).stream()
            .anyMatch(coding -> !coding.equalsIgnoreCase("identity"));
    if (encoded) {
      reader.refuse(415, JsonRpcError.INVALID_REQUEST, "encoded messages are not accepted");
    } else if (body.length() > limit) {
      reader.refuseTooLarge();
    } else {
      reader.run();
    }
    return reader.done;
  }

  private void run() {
    while (true) {
      Chunk chunk = body.read();
      if (chunk instanceof Chunk.Pending) {
        body.demand(this::run);
        return;
      }
      if (!(chunk instanceof Chunk.Data data)) {
        refuse(400, JsonRpcError.INVALID_REQUEST, "the request body is not complete");
        return;
      }
      boolean tooLarge = bytes.size() + data.bytes().remaining() > limit;
      if (!tooLarge) {
        collect(data.bytes());
      }
      data.release();
      if (tooLarge) {
        refuseTooLarge();
        return;
      }
      if (data.last()) {
        judge(bytes.toByteArray());
        return;
      }
    }
  }

  private void collect(ByteBuffer chunk) {
    try {
      collector.write(chunk);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible); // it is memory
    }
  }

  private void judge(byte[] whole) {
    JsonScan scan = new JsonScan(Envelope.MEMBERS);
    scan.feed(ByteBuffer.wrap(whole));
    scan.finish();
    Envelope envelope = Envelope.of(scan);
    Optional<String> version = fields.first(HeaderNames.MCP_PROTOCOL_VERSION);
    if (scan.malformed() || !isUtf8(whole)) {
      done.complete(
          new MessageReading.Refused(
              400, new JsonRpcError(JsonRpcError.PARSE_ERROR, "not JSON"), Optional.empty()));
    } else if (scan.ambiguous()) {
      refuse(400, JsonRpcError.INVALID_REQUEST, "a member is there twice, or in another case");
    } else if (scan.array() && !ProtocolVersion.hasBatches(version)) {
      refuse(400, JsonRpcError.INVALID_REQUEST, "batches are not part of this revision");
    } else {
      Optional<String> problem =
          compared ? HeaderAgreement.problem(fields, envelope) : Optional.empty();
      if (problem.isPresent()) {
        done.complete(
            new MessageReading.Refused(
                400, new JsonRpcError(JsonRpcError.HEADER_MISMATCH, problem.get()), envelope.id()));
      } else {
        accept(scan, envelope, whole);
      }
    }
  }

  private void accept(JsonScan scan, Envelope envelope, byte[] whole) {
    try {
      List<McpOperation> operations =
          scan.array()
              ? McpOperation.ofAll(JsonElements.of(whole))
              : McpOperation.of(ByteBuffer.wrap(whole), envelope);
      done.complete(
          new MessageReading.Message(McpMessage.of(scan), operations, BodySource.of(whole)));
    } catch (MalformedJsonException unclear) {
      refuse(400, JsonRpcError.INVALID_REQUEST, "a message that can be taken in two ways");
    }
  }

  /** What is no UTF-8 is read in one way here and in another there. */
  private static boolean isUtf8(byte[] whole) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(whole));
      return true;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }

  private void refuseTooLarge() {
    refuse(413, JsonRpcError.INVALID_REQUEST, "the request body is too large");
  }

  private void refuse(int status, int code, String message) {
    body.cancel(new IOException(message));
    done.complete(
        new MessageReading.Refused(status, new JsonRpcError(code, message), Optional.empty()));
  }
}
