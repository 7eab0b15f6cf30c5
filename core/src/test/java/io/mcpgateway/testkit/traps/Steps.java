package io.mcpgateway.testkit.traps;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.testkit.ChunkedBody;
import io.mcpgateway.testkit.Latches;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * A body that is sent piece by piece, each only once the one in front of it has been received:
 * whoever holds a piece back stops it altogether.
 */
public final class Steps {
  private final List<String> pieces;
  private final Semaphore allowed = new Semaphore(0);

  /** How a piece is sent. */
  public interface Sender {
    /** Sends it at once. */
    void send(String piece) throws IOException;
  }

  private Steps(List<String> pieces) {
    this.pieces = pieces;
  }

  /** A body of these pieces. */
  public static Steps of(List<String> pieces) {
    return new Steps(pieces);
  }

  /** A body whose bytes are sent one by one. */
  public static Steps ofBytes(String body) {
    return of(body.chars().mapToObj(Character::toString).toList());
  }

  /** The sending side; the body may be ended when this returns. */
  public void send(Sender sender) throws IOException {
    for (String piece : pieces) {
      Latches.passed(allowed);
      sender.send(piece);
    }
    Latches.passed(allowed);
  }

  /** The receiving side, from the first byte to the clean end. */
  public void receive(ChunkedBody body) throws IOException {
    for (String piece : pieces) {
      allowNext();
      assertThat(body.read(piece.length())).isEqualTo(piece);
    }
    allowNext();
    assertThat(body.readToEnd()).isEmpty();
  }

  /** Lets the next piece, or the end, be sent. */
  public void allowNext() {
    allowed.release();
  }
}
