package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.client.transport.SendFailure;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes of backends at all times. */
class SolicitedEndPointTest {
  private final ByteArrayEndPoint backend = new ByteArrayEndPoint();
  private final SolicitedEndPoint endPoint = new SolicitedEndPoint(backend, new ResponseBuffers());
  private final ByteBuffer buffer = BufferUtil.allocate(100);

  @BeforeEach
  void open() {
    backend.onOpen();
  }

  /** As a parser does that reads all it is given. */
  private String read() throws Exception {
    assertThat(endPoint.fill(buffer)).isPositive();
    String text = BufferUtil.toString(buffer);
    buffer.position(buffer.limit());
    return text;
  }

  private void exchange(String request, String response) throws Exception {
    assertThat(endPoint.begin()).as(request).isEmpty();
    backend.addInput(response);
    assertThat(read()).isEqualTo(response);
    endPoint.end(200);
  }

  private void isOver(boolean mayRetry, Class<? extends Exception> why) throws Exception {
    Optional<SendFailure> failure = endPoint.begin();
    assertThat(failure).isPresent();
    assertThat(failure.get().failure).isExactlyInstanceOf(why);
    assertThat(failure.get().retry).isEqualTo(mayRetry);
    assertThat(endPoint.fill(buffer)).isEqualTo(-1);
    assertThat(buffer.hasRemaining()).isFalse();
  }

  private void isOverForBytes(boolean mayRetry) throws Exception {
    isOver(mayRetry, IOException.class);
  }

  @Test
  void responses_comeOneAfterTheOther() throws Exception {
    exchange("first", "one");
    assertThat(endPoint.fill(buffer)).isZero();
    exchange("second", "two");
    exchange("third", "three");
  }

  @Test
  void bytesThatWait_areNotTheNextResponse() throws Exception {
    exchange("first", "one");
    backend.addInput("two");

    isOverForBytes(true);
  }

  @Test
  void bytesThatAreReadWhileNothingIsDue_areNotPassedOn() throws Exception {
    exchange("first", "one");
    backend.addInput("two");
    assertThat(endPoint.fill(buffer)).isEqualTo(-1);
    assertThat(buffer.hasRemaining()).isFalse();
    backend.addInput("three");

    isOverForBytes(true);
  }

  @Test
  void bytesThatTheParserLeaves_endTheConnection() throws Exception {
    assertThat(endPoint.begin()).isEmpty();
    backend.addInput("onetwo");
    assertThat(endPoint.fill(buffer)).isPositive();
    buffer.position(3);
    endPoint.end(200);

    isOverForBytes(true);
  }

  @Test
  void bytesThatTheParserThrowsAway_endTheConnection() throws Exception {
    assertThat(endPoint.begin()).isEmpty();
    backend.addInput("onetwo");
    assertThat(endPoint.fill(buffer)).isPositive();
    BufferUtil.clear(buffer);
    endPoint.end(200);

    isOverForBytes(true);
  }

  @Test
  void interimResponse_isFollowedByAnother() throws Exception {
    assertThat(endPoint.begin()).isEmpty();
    backend.addInput("interim");
    assertThat(read()).isEqualTo("interim");
    endPoint.end(103);
    backend.addInput("final");
    assertThat(read()).isEqualTo("final");
  }

  @Test
  void bytesBeforeTheFirstRequest_failItOnce() throws Exception {
    backend.addInput("SSH-2.0-OpenSSH_9.6");

    isOverForBytes(false);
  }

  @Test
  void end_isTold() throws Exception {
    exchange("first", "one");
    backend.addInputEOF();

    isOver(true, EOFException.class);
  }

  @Test
  void tls_thatReadsNothingByItself_isLookedBehind() throws Exception {
    ByteArrayEndPoint network = new ByteArrayEndPoint();
    network.onOpen();
    class Tls extends ByteArrayEndPoint implements EndPoint.Wrapper {
      @Override
      public EndPoint unwrap() {
        return network;
      }
    }
    SolicitedEndPoint secured = new SolicitedEndPoint(new Tls(), new ResponseBuffers());
    network.addInput("the handshake's end");
    assertThat(secured.begin()).isEmpty();
    assertThat(network.fill(buffer)).isPositive();
    secured.end(200);
    network.addInput("a record");

    assertThat(secured.begin()).isPresent();
  }
}
