package io.mcpgateway.forward;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.client.transport.SendFailure;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's end of an HTTP/1.1 connection, which lets bytes in only while a response is due:
 * between {@link #begin} and {@link #end}. After any other byte it is as if the backend had closed
 * the connection, since what follows could be taken for the response to somebody else's request
 * (RFC 9112, 9.2). Thread-safe.
 */
final class SolicitedEndPoint implements EndPoint {
  private final EndPoint endPoint;
  private final EndPoint network;
  private final ResponseBuffers buffers;
  private final ByteBuffer probe = BufferUtil.allocate(1);
  private volatile State state = State.FRESH;
  // What the parser was given last, and where that ends: one thread at a time reads a response.
  private @Nullable ByteBuffer given;
  private int givenEnd;
  private boolean used;

  private enum State {
    /** No request was sent yet. */
    FRESH,
    /** A response is due. */
    DUE,
    /** The response has come. */
    COMPLETE,
    /** The backend has closed its end. */
    ENDED,
    /** Bytes came that nobody had asked for. */
    UNSOLICITED
  }

  /**
   * An end of a connection that nothing has been sent over.
   *
   * @param endPoint the connection's
   * @param buffers what its receiver's memory is of
   */
  SolicitedEndPoint(EndPoint endPoint, ResponseBuffers buffers) {
    this.endPoint = endPoint;
    this.buffers = buffers;
    this.network = endPoint instanceof EndPoint.Wrapper tls ? tls.unwrap() : endPoint;
  }

  /**
   * Called before a request is written.
   *
   * @return why it must not be: something has come over the connection since the last response, or
   *     it is closed. The request may go over another one, unless this one was new: a backend that
   *     does so with each would never be done with
   */
  synchronized Optional<SendFailure> begin() {
    if (state == State.COMPLETE || (state == State.FRESH && endPoint == network)) {
      heard(probe());
    }
    if (state == State.FRESH || state == State.COMPLETE) {
      state = State.DUE;
      return Optional.empty();
    }
    IOException failure =
        state == State.ENDED
            ? new EOFException()
            : new IOException("the backend has sent bytes that nobody asked for");
    return Optional.of(new SendFailure(failure, used));
  }

  /**
   * Whether anything is there to be read. With TLS, of which Jetty reads nothing while it waits for
   * something, encrypted bytes count as well; before the first response the handshake's could.
   */
  private int probe() {
    try {
      int filled = endPoint.fill(probe);
      return filled == 0 && endPoint != network ? network.fill(probe) : filled;
    } catch (IOException broken) {
      return -1;
    }
  }

  /** Takes note of what has come while nothing was due. */
  private boolean heard(int filled) {
    if (filled != 0) {
      state = filled < 0 ? State.ENDED : State.UNSOLICITED;
    }
    return filled != 0;
  }

  /**
   * Called when a response is complete, before anything else is read.
   *
   * @param status its status: those below 200 are not the last
   */
  synchronized void end(int status) {
    if (state == State.DUE && status >= 200) {
      boolean consumed = given == null || given.position() == givenEnd;
      state = consumed ? State.COMPLETE : State.UNSOLICITED;
      given = null;
      used = true;
    }
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    if (state == State.DUE) {
      return fillDue(buffer);
    }
    synchronized (this) {
      return state == State.DUE ? fillDue(buffer) : fillUndue(buffer);
    }
  }

  private int fillDue(ByteBuffer buffer) throws IOException {
    ResponseBuffers.Filled filled = buffers.fill(endPoint, buffer);
    given = filled.count() > 0 ? filled.bytes() : null;
    givenEnd = filled.bytes().limit();
    return filled.count();
  }

  private int fillUndue(ByteBuffer buffer) throws IOException {
    boolean over = state == State.ENDED || state == State.UNSOLICITED;
    if (!over && !heard(endPoint.fill(probe))) {
      return 0;
    }
    BufferUtil.clear(buffer);
    return -1;
  }

  // --- as it is

  @Override
  public SocketAddress getLocalSocketAddress() {
    return endPoint.getLocalSocketAddress();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return endPoint.getRemoteSocketAddress();
  }

  @Override
  public boolean isOpen() {
    return endPoint.isOpen();
  }

  @Override
  public long getCreatedTimeStamp() {
    return endPoint.getCreatedTimeStamp();
  }

  @Override
  public void shutdownOutput() {
    endPoint.shutdownOutput();
  }

  @Override
  public boolean isOutputShutdown() {
    return endPoint.isOutputShutdown();
  }

  @Override
  public boolean isInputShutdown() {
    return endPoint.isInputShutdown();
  }

  @Override
  public void close(@Nullable Throwable cause) {
    endPoint.close(cause);
  }

  @Override
  public boolean flush(ByteBuffer... buffers) throws IOException {
    return endPoint.flush(buffers);
  }

  @Override
  public void write(Callback callback, ByteBuffer... buffers) {
    endPoint.write(callback, buffers);
  }

  @Override
  public Callback cancelWrite(Throwable cause) {
    return endPoint.cancelWrite(cause);
  }

  @Override
  public Object getTransport() {
    return endPoint.getTransport();
  }

  @Override
  public long getIdleTimeout() {
    return endPoint.getIdleTimeout();
  }

  @Override
  public void setIdleTimeout(long idleTimeout) {
    endPoint.setIdleTimeout(idleTimeout);
  }

  @Override
  public void fillInterested(Callback callback) {
    endPoint.fillInterested(callback);
  }

  @Override
  public boolean tryFillInterested(Callback callback) {
    return endPoint.tryFillInterested(callback);
  }

  @Override
  public boolean isFillInterested() {
    return endPoint.isFillInterested();
  }

  @Override
  public Connection getConnection() {
    return endPoint.getConnection();
  }

  @Override
  public void setConnection(Connection connection) {
    endPoint.setConnection(connection);
  }

  @Override
  public void onOpen() {
    endPoint.onOpen();
  }

  @Override
  public void onClose(@Nullable Throwable cause) {
    endPoint.onClose(cause);
  }

  @Override
  public void upgrade(Connection newConnection) {
    endPoint.upgrade(newConnection);
  }

  @Override
  public SslSessionData getSslSessionData() {
    return endPoint.getSslSessionData();
  }
}
