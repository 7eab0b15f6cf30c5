package io.mcpgateway.servlet;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A backend on a loopback port that sends exactly the bytes its script says. One thread for each
 * connection; the script is run for each request of it.
 */
final class ScriptedBackend implements AutoCloseable {
  /** What the backend does with one request. */
  public interface Script {
    void serve(Call call) throws Exception;
  }

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool(ScriptedBackend::daemon);
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final Script script;

  private ScriptedBackend(Script script) throws IOException {
    this.script = script;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  public static ScriptedBackend start(Script script) throws IOException {
    return new ScriptedBackend(script);
  }

  /** A backend that answers each request, body read, with the same bytes. */
  public static ScriptedBackend answering(String response) throws IOException {
    return start(
        call -> {
          call.readBody();
          call.send(response);
        });
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "scripted-backend");
    thread.setDaemon(true);
    return thread;
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = server.accept();
        connections.add(connection);
        threads.execute(() -> serve(connection));
      }
    } catch (IOException closed) {
      // the end
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      while (!connection.isClosed()) {
        String head = head(in);
        if (head.isEmpty()) {
          return;
        }
        heads.add(head);
        script.serve(new Call(connection, in, head));
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (Exception broken) {
      // the gateway went away, or the script broke the connection
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int octet = in.read();
      if (octet < 0) {
        return "";
      }
      head.append((char) octet);
    }
    return head.toString();
  }

  public int port() {
    return server.getLocalPort();
  }

  /** The address of its MCP endpoint. */
  public String url() {
    return "http://127.0.0.1:" + port() + "/mcp";
  }

  /** The heads of all requests so far. */
  public List<String> requests() {
    return heads;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket connection : connections) {
      connection.close();
    }
    threads.shutdownNow();
  }

  /** One request, and the connection to answer it on. */
  public static final class Call {
    private final Socket connection;
    private final InputStream in;
    private final String head;

    private Call(Socket connection, InputStream in, String head) {
      this.connection = connection;
      this.in = in;
      this.head = head;
    }

    /** Request line and header fields. */
    public String head() {
      return head;
    }

    public Optional<String> header(String name) {
      return head.lines()
          .filter(
              line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst();
    }

    public Call send(String text) throws IOException {
      return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public Call send(byte[] bytes) throws IOException {
      connection.getOutputStream().write(bytes);
      connection.getOutputStream().flush();
      return this;
    }

    /** Sends one chunk of a chunked body. */
    public Call sendChunk(String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      return send(Integer.toHexString(bytes.length) + "\r\n" + text + "\r\n");
    }

    /** The request's body, however it is framed. */
    public byte[] readBody() throws IOException {
      Optional<String> length = header("Content-Length");
      if (length.isPresent()) {
        return in.readNBytes(Integer.parseInt(length.get()));
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      if (header("Transfer-Encoding").isPresent()) {
        int size;
        do {
          size = Integer.parseInt(line(), 16);
          body.write(in.readNBytes(size));
          line();
        } while (size > 0);
      }
      return body.toByteArray();
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int octet = in.read(); octet != '\n'; octet = in.read()) {
        if (octet < 0) {
          throw new IOException("the request broke off");
        }
        line.append((char) octet);
      }
      return line.toString().strip();
    }

    /** Returns when the gateway has closed or reset this connection. */
    public void awaitEnd() throws IOException {
      try {
        while (in.read() >= 0) {
          // what the gateway still sends
        }
      } catch (IOException reset) {
        // gone as well
      }
    }

    /** Breaks the connection. */
    public void close() throws IOException {
      connection.close();
    }
  }
}
