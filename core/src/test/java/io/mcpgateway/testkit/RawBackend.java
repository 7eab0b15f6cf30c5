package io.mcpgateway.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;

/**
 * A backend that does what its script says, byte by byte: the script runs for each connection, on a
 * thread of its own. Listens on the loopback address.
 */
public final class RawBackend implements AutoCloseable {
  private final ServerSocket server;
  private final Script script;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<RawMessage> requests = new CopyOnWriteArrayList<>();

  /** What a backend does with a connection. */
  public interface Script {
    /**
     * Serves one connection; it is closed afterwards.
     *
     * @param connection reads and writes
     * @throws IOException when the other side is gone
     */
    void serve(RawConnection connection) throws IOException;
  }

  /** What a backend does with one of the requests of a connection. */
  public interface Answer {
    /**
     * Answers one request; the next one of the connection is read afterwards.
     *
     * @param request whole, with its body
     * @param connection where the answer goes
     * @throws IOException when the other side is gone
     */
    void answer(RawMessage request, RawConnection connection) throws IOException;
  }

  private final Thread accepting = daemon("raw-backend", this::accept);

  private RawBackend(ServerSocket server, Script script) {
    this.server = server;
    this.script = script;
  }

  /** Starts a backend. */
  public static RawBackend start(Script script) {
    try {
      return start(new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()), script);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Starts a backend on a socket, which may be one of TLS. */
  public static RawBackend start(ServerSocket socket, Script script) {
    RawBackend backend = new RawBackend(socket, script);
    backend.accepting.start();
    return backend;
  }

  /** Starts a backend that keeps its connections and answers one request after the other. */
  public static RawBackend forEachRequest(Answer answer) {
    return start(eachRequest(answer));
  }

  /** Keeps its connection and answers one request after the other. */
  public static Script eachRequest(Answer answer) {
    return connection -> {
      Optional<RawMessage> request = connection.tryReadMessage();
      while (request.isPresent()) {
        answer.answer(request.get(), connection);
        request = connection.tryReadMessage();
      }
    };
  }

  /** Starts a backend that answers each request on a connection with the same bytes. */
  public static RawBackend answering(String response) {
    return forEachRequest((request, connection) -> connection.write(response));
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        daemon("raw-backend-connection", () -> serve(socket)).start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      script.serve(new RawConnection(socket, requests::add));
    } catch (SocketException | EOFException | SSLException gone) {
      // the gateway left, as some tests want it to, or was not taken
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      open.remove(socket);
    }
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Where it listens. */
  public int port() {
    return server.getLocalPort();
  }

  /** Its MCP endpoint. */
  public String url() {
    String scheme = server instanceof SSLServerSocket ? "https" : "http";
    String host = server.getInetAddress().getHostAddress();
    return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port() + "/mcp";
  }

  /** What it has read so far. */
  public List<RawMessage> requests() {
    return requests;
  }

  /** How many connections are open. */
  public int connections() {
    return open.size();
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      accepting.join(); // who connects before it has noticed would be served
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    for (Socket socket : open) {
      socket.close();
    }
  }
}
