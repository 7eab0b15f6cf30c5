package io.mcpgateway.mcp;

import io.mcpgateway.http.BodyRefusedException;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.WholeBody;
import io.mcpgateway.json.JsonElements;
import io.mcpgateway.json.JsonScan;
import io.mcpgateway.json.MalformedJsonException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads the message in a request body whole, for policies that decide by it. Strict: what two
 * readers could take for two different messages is refused. Thread-safe: it is a function.
 */
public final class MessageReader {
  private MessageReader() {}

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
    boolean encoded =
        fields.list(HeaderNames.CONTENT_ENCODING).stream()
            .anyMatch(coding -> !coding.equalsIgnoreCase("identity"));
    if (encoded) {
      String refusal = "encoded messages are not accepted";
      body.cancel(new IOException(refusal));
      return CompletableFuture.completedStage(invalid(415, refusal));
    }
    return WholeBody.read(body, (int) Math.min(limit, Integer.MAX_VALUE))
        .handle(
            (whole, failure) ->
                failure == null ? judge(fields, compared, whole) : unreadable(failure));
  }

  private static MessageReading unreadable(Throwable failure) {
    if (failure.getCause() instanceof BodyRefusedException refused) {
      return invalid(refused.status(), String.valueOf(refused.getMessage()));
    }
    return failure instanceof WholeBody.TooLargeException
        ? invalid(413, "the request body is too large")
        : invalid(400, "the request body is not complete");
  }

  private static MessageReading judge(Headers fields, boolean compared, byte[] whole) {
    JsonScan scan = new JsonScan(Envelope.MEMBERS);
    scan.feed(ByteBuffer.wrap(whole));
    scan.finish();
    Envelope envelope = Envelope.of(scan);
    Optional<String> version = fields.first(HeaderNames.MCP_PROTOCOL_VERSION);
    if (scan.malformed() || !isUtf8(whole)) {
      return new MessageReading.Refused(
          400, new JsonRpcError(JsonRpcError.PARSE_ERROR, "not JSON"), Optional.empty());
    }
    if (scan.ambiguous()) {
      return invalid(400, "a member is there twice, or in another case");
    }
    if (scan.array() && !ProtocolVersion.hasBatches(version)) {
      return invalid(400, "batches are not part of this revision");
    }
    Optional<String> problem =
        compared ? HeaderAgreement.problem(fields, envelope) : Optional.empty();
    return problem.isPresent()
        ? new MessageReading.Refused(
            400, new JsonRpcError(JsonRpcError.HEADER_MISMATCH, problem.get()), envelope.id())
        : message(scan, envelope, whole);
  }

  private static MessageReading message(JsonScan scan, Envelope envelope, byte[] whole) {
    try {
      List<McpOperation> operations =
          scan.array()
              ? McpOperation.ofAll(JsonElements.of(whole))
              : McpOperation.of(ByteBuffer.wrap(whole), envelope);
      return new MessageReading.Message(McpMessage.of(scan), operations, BodySource.of(whole));
    } catch (MalformedJsonException unclear) {
      return invalid(400, "a message that can be taken in two ways");
    }
  }

  /** What is no UTF-8 is read in one way here and in another there. */
  private static boolean isUtf8(byte[] whole) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(whole);
    CharBuffer characters = CharBuffer.allocate(Math.min(whole.length, 1024) + 1);
    CoderResult result;
    do {
      result = decoder.decode(bytes, characters.clear(), true);
    } while (result.isOverflow());
    return !result.isError();
  }

  private static MessageReading invalid(int status, String message) {
    return new MessageReading.Refused(
        status, new JsonRpcError(JsonRpcError.INVALID_REQUEST, message), Optional.empty());
  }
}
