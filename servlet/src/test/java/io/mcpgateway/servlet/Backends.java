package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Latches.passed;
import static io.mcpgateway.testkit.Responses.STREAM_HEAD;

import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Backends whose event streams do not end well. */
final class Backends {
  /** The first event of the streams. */
  static final String FIRST_EVENT = "data: 1\n\n";

  private Backends() {}

  /** A backend whose stream breaks off behind its first event. */
  static RawBackend breakingOff(CountDownLatch firstSeen) {
    return RawBackend.start(
        connection -> {
          connection.readMessage();
          connection.write(STREAM_HEAD).writeChunk(FIRST_EVENT);
          passed(firstSeen);
        });
  }

  /** A backend whose stream goes on when the client has left, until the gateway aborts it. */
  static RawBackend goingOn(CountDownLatch left, CountDownLatch aborted) {
    return RawBackend.start(
        connection -> {
          connection.readMessage();
          connection.write(STREAM_HEAD).writeChunk(FIRST_EVENT);
          passed(left);
          // The first event after it is enough where the client resets.
          while (aborted.getCount() > 0) {
            try {
              connection.writeChunk("data: more\n\n");
            } catch (IOException gone) {
              aborted.countDown();
            }
          }
        });
  }

  /** Sends events without end, until the gateway leaves. */
  static void flood(RawConnection connection) throws IOException {
    connection.write(STREAM_HEAD);
    while (true) {
      connection.writeChunk("data: event\n\n");
    }
  }
}
