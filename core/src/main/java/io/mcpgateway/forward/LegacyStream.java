package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stream that may name the place for messages (MCP 2024-11-05, HTTP with SSE): every {@code
 * endpoint} event is said again by {@link EndpointEvent}; all else passes as it comes, and no byte
 * is held that can belong to nothing but another event. Where the backend is not known to be of
 * that revision, only the first event is looked at.
 */
final class LegacyStream implements BodySource {
  private static final int MAX_ENDPOINT_BYTES = 8 * 1024;
  private static final int MAX_FIELD_BYTES = 64;
  private static final Pattern LINE = Pattern.compile("([^\\r\\n]*)(\\r\\n|\\r|\\n)");
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf"; // as bytes
  private static final String EVENT = "event";
  private static final String ENDPOINT = "endpoint";

  /** What becomes of the event that is coming in. */
  private enum Fate {
    UNKNOWN,
    PASSES,
    IS_SAID_AGAIN
  }

  private final BodySource events;
  private final EndpointEvent endpoint;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private final StringBuilder line = new StringBuilder();
  private boolean everyEvent;
  private boolean nothingToDo;
  private boolean afterCarriageReturn;
  private Fate fate = Fate.UNKNOWN;

  /**
   * A stream from its first byte.
   *
   * @param events the backend's bytes
   * @param endpoint says endpoints again
   * @param expected whether the backend is known to be of revision 2024-11-05
   */
  LegacyStream(BodySource events, EndpointEvent endpoint, boolean expected) {
    this.events = events;
    this.endpoint = endpoint;
    this.everyEvent = expected;
  }

  @Override
  public Chunk read() {
    while (true) {
      Chunk chunk = events.read();
      if (nothingToDo || !(chunk instanceof Chunk.Data data)) {
        return chunk;
      }
      try {
        byte[] passed = pass(data.bytes(), data.last());
        boolean last = data.last();
        data.release();
        if (passed.length > 0 || last) {
          return Chunk.of(passed, last);
        }
      } catch (RefusedEndpointException refused) {
        data.release();
        events.cancel(refused);
        return new Chunk.Failed(refused);
      }
    }
  }

  private byte[] pass(ByteBuffer bytes, boolean last) throws RefusedEndpointException {
    ByteArrayOutputStream passed = new ByteArrayOutputStream(bytes.remaining() + held.size());
    while (bytes.hasRemaining()) {
      see(bytes.get(), passed);
    }
    if (last && fate == Fate.UNKNOWN) {
      flush(passed); // half an endpoint event is none
    }
    return passed.toByteArray();
  }

  private void see(byte next, ByteArrayOutputStream passed) throws RefusedEndpointException {
    boolean secondHalf = next == '\n' && afterCarriageReturn;
    afterCarriageReturn = next == '\r';
    boolean tellsNothing = held.size() == 0 && (secondHalf || isComment());
    (fate == Fate.PASSES || nothingToDo || tellsNothing ? passed : held).write(next);
    if (nothingToDo || secondHalf) {
      return;
    }
    if (next == '\n' || next == '\r') {
      endLine(passed);
    } else {
      if (line.length() < MAX_FIELD_BYTES) {
        line.append((char) (next & 0xff));
      }
      if (held.size() == BYTE_ORDER_MARK.length() && line.indexOf(BYTE_ORDER_MARK) == 0) {
        line.setLength(0);
      } else {
        lookAhead(passed);
      }
    }
    if (held.size() > MAX_ENDPOINT_BYTES) {
      if (fate == Fate.IS_SAID_AGAIN) {
        throw new RefusedEndpointException("an endpoint event of more than 8 KiB");
      }
      let(passed); // no place has so long a name
    }
  }

  private boolean isComment() {
    return line.length() > 0 && line.charAt(0) == ':';
  }

  /** Decides as soon as a half line tells. */
  private void lookAhead(ByteArrayOutputStream passed) {
    if (fate != Fate.UNKNOWN) {
      return;
    }
    if (isComment()) {
      if (held.size() == 1) {
        flush(passed); // no field came before it
      }
      return;
    }
    String begun = line.toString();
    boolean mayBeEndpoint =
        (EVENT + ":" + ENDPOINT).startsWith(begun) || (EVENT + ": " + ENDPOINT).startsWith(begun);
    boolean otherField = everyEvent && !begun.startsWith(EVENT);
    if (!mayBeEndpoint && !otherField) {
      let(passed);
    }
  }

  private void endLine(ByteArrayOutputStream passed) throws RefusedEndpointException {
    String field = line.toString();
    line.setLength(0);
    if (field.isEmpty()) {
      endEvent(passed);
      return;
    }
    if (!field.equals(EVENT + ":" + ENDPOINT) && !field.equals(EVENT + ": " + ENDPOINT)) {
      return;
    }
    if (fate == Fate.PASSES) {
      throw new RefusedEndpointException("an endpoint event that names itself too late");
    }
    fate = Fate.IS_SAID_AGAIN;
  }

  private void endEvent(ByteArrayOutputStream passed) throws RefusedEndpointException {
    if (fate == Fate.IS_SAID_AGAIN) {
      passed.writeBytes(sayAgain(held.toString(StandardCharsets.ISO_8859_1)));
      held.reset();
      everyEvent = true;
    }
    flush(passed);
    fate = Fate.UNKNOWN;
  }

  private void let(ByteArrayOutputStream passed) {
    flush(passed);
    fate = Fate.PASSES;
    nothingToDo = !everyEvent;
  }

  private void flush(ByteArrayOutputStream passed) {
    passed.writeBytes(held.toByteArray());
    held.reset();
  }

  private byte[] sayAgain(String event) throws RefusedEndpointException {
    StringBuilder said = new StringBuilder();
    StringBuilder data = new StringBuilder();
    Matcher lines = LINE.matcher(event);
    int place = -1;
    while (lines.find()) {
      Optional<String> value = dataOf(lines.group(1));
      if (value.isEmpty()) {
        said.append(lines.group());
      } else {
        if (place < 0) {
          place = said.length();
          said.append(lines.group(2));
        }
        data.append(data.isEmpty() ? "" : "\n").append(value.get());
      }
    }
    Optional<String> client = place < 0 ? Optional.empty() : endpoint.toClient(data.toString());
    if (client.isEmpty()) {
      throw new RefusedEndpointException("the endpoint event points to another origin");
    }
    return said.insert(place, "data: " + client.get())
        .toString()
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Optional<String> dataOf(String field) {
    if (field.equals("data")) {
      return Optional.of(""); // a name alone is a field with an empty value
    }
    if (!field.startsWith("data:")) {
      return Optional.empty();
    }
    String value = field.substring("data:".length());
    return Optional.of(value.startsWith(" ") ? value.substring(1) : value);
  }

  @Override
  public void demand(Runnable readable) {
    events.demand(readable);
  }

  @Override
  public void cancel(Throwable cause) {
    events.cancel(cause);
  }

  /** The stream cannot go on: its client would be sent elsewhere. */
  private static final class RefusedEndpointException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedEndpointException(String reason) {
      super(reason);
    }
  }
}
