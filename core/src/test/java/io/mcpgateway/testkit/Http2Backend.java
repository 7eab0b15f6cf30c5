package io.mcpgateway.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.http2.server.RawHTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * A backend that speaks HTTP/2 and does what its script says, frame by frame: the script runs for
 * each stream, on a thread of its own, and leaves the stream as it is at its end. Listens on the
 * loopback address; counts what is open.
 */
public final class Http2Backend implements AutoCloseable {
  private final Server server = new Server();
  private final Script script;
  private final Map<Integer, Integer> settings;
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final ServerConnector connector;
  private final boolean secure;

  /** What a backend does with a stream. */
  public interface Script {
    /**
     * Serves one stream.
     *
     * @param call reads and writes
     * @throws IOException when the other side is gone
     */
    void serve(Call call) throws IOException;
  }

  private Http2Backend(
      @Nullable SSLContext tls, String host, Map<Integer, Integer> settings, Script script) {
    this.script = script;
    this.settings = settings;
    this.secure = tls != null;
    RawHTTP2ServerConnectionFactory http2 = new RawHTTP2ServerConnectionFactory(new Sessions());
    http2.setRateControlFactory(new RateControl.Factory() {}); // resets may be many
    this.connector = new ServerConnector(server, factories(tls, http2));
    connector.setHost(host);
    server.addConnector(connector);
    try {
      server.start();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static ConnectionFactory[] factories(
      @Nullable SSLContext tls, RawHTTP2ServerConnectionFactory http2) {
    if (tls == null) {
      return new ConnectionFactory[] {http2};
    }
    SslContextFactory.Server engines = new SslContextFactory.Server();
    engines.setSslContext(tls);
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory("h2");
    return new ConnectionFactory[] {
      new SslConnectionFactory(engines, alpn.getProtocol()), alpn, http2
    };
  }

  /** Starts a backend that speaks HTTP/2 in clear. */
  public static Http2Backend start(Script script) {
    return new Http2Backend(null, "127.0.0.1", Map.of(), script);
  }

  /** Starts a backend that speaks HTTP/2 in clear on ::1. */
  public static Http2Backend startOnIpv6(Script script) {
    return new Http2Backend(null, "::1", Map.of(), script);
  }

  /** Starts a backend that speaks HTTP/2 in clear, and announces settings (RFC 9113, 6.5.2). */
  public static Http2Backend start(Map<Integer, Integer> settings, Script script) {
    return new Http2Backend(null, "127.0.0.1", settings, script);
  }

  /** Starts a backend that speaks HTTP/2 over TLS, and nothing else. */
  public static Http2Backend start(SSLContext tls, Script script) {
    return new Http2Backend(tls, "127.0.0.1", Map.of(), script);
  }

  /** How many streams a connection may have: a setting. */
  public static Map<Integer, Integer> maxStreams(int number) {
    return Map.of(SettingsFrame.MAX_CONCURRENT_STREAMS, number);
  }

  /** How large a head may be: a setting. */
  public static Map<Integer, Integer> maxHead(int bytes) {
    return Map.of(SettingsFrame.MAX_HEADER_LIST_SIZE, bytes);
  }

  /** Where it listens. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Its MCP endpoint. */
  public String url() {
    String host = connector.getHost().contains(":") ? "[::1]" : connector.getHost();
    return (secure ? "https" : "http") + "://" + host + ":" + port() + "/mcp";
  }

  /** All calls so far. */
  public List<Call> calls() {
    return calls;
  }

  /** How many connections are open. */
  public int connections() {
    return sessions.size();
  }

  /** How many streams are open. */
  public int streams() {
    return sessions.stream().mapToInt(session -> session.getStreams().size()).sum();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private final class Sessions implements ServerSessionListener {
    @Override
    public Map<Integer, Integer> onPreface(Session session) {
      return new HashMap<>(settings);
    }

    @Override
    public void onAccept(Session session) {
      sessions.add(session);
    }

    @Override
    public Stream.Listener onNewStream(Stream stream, HeadersFrame frame) {
      Call call = new Call(stream, (MetaData.Request) frame.getMetaData());
      calls.add(call);
      if (frame.isEndStream()) {
        call.end();
      }
      Thread thread = new Thread(() -> serve(call), "http2-backend-stream");
      thread.setDaemon(true);
      thread.start();
      return call;
    }

    @Override
    public void onClose(Session session, GoAwayFrame frame, Callback callback) {
      sessions.remove(session);
      callback.succeeded();
    }

    @Override
    public void onFailure(Session session, Throwable failure, Callback callback) {
      sessions.remove(session);
      callback.succeeded();
    }
  }

  private void serve(Call call) {
    try {
      script.serve(call);
    } catch (IOException | UncheckedIOException gone) {
      // the gateway left, as some tests want it to
    }
  }

  /** A stream: a request and what becomes of it. */
  public static final class Call implements Stream.Listener {
    private final Stream stream;
    private final MetaData.Request head;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final CountDownLatch whole = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private volatile boolean ended;

    private Call(Stream stream, MetaData.Request head) {
      this.stream = stream;
      this.head = head;
    }

    /** The request's method. */
    public String method() {
      return head.getMethod();
    }

    /** The request's path and query. */
    public String target() {
      return head.getHttpURI().getPathQuery();
    }

    /** The request's authority. */
    public String authority() {
      return head.getHttpURI().getAuthority();
    }

    /** A field of the request's head. */
    public Optional<String> field(String name) {
      return Optional.ofNullable(head.getHttpFields().get(name));
    }

    /** Reads the request's body; one character for each byte. Fails when the gateway leaves. */
    public String body() {
      if (whole.getCount() > 0) {
        stream.demand();
      }
      Latches.passed(whole);
      if (!ended) {
        throw new UncheckedIOException(new EOFException("the gateway left"));
      }
      return body.toString(StandardCharsets.ISO_8859_1);
    }

    /** Sends the head of the response. */
    public Call respond(int status, String... fields) throws IOException {
      return headers(status, false, fields);
    }

    /** Sends a response without a body. */
    public void respondOnly(int status, String... fields) throws IOException {
      headers(status, true, fields);
    }

    private Call headers(int status, boolean last, String... fields) throws IOException {
      MetaData.Response meta =
          new MetaData.Response(status, null, HttpVersion.HTTP_2, fields(fields));
      return sent(stream.headers(new HeadersFrame(stream.getId(), meta, null, last)));
    }

    private static HttpFields fields(String... namesAndValues) {
      HttpFields.Mutable all = HttpFields.build();
      for (int i = 0; i < namesAndValues.length; i += 2) {
        all.add(namesAndValues[i], namesAndValues[i + 1]);
      }
      return all;
    }

    /** Sends bytes, one for each character, when the other side takes them. */
    public Call data(String text) throws IOException {
      return data(text, false);
    }

    /** Sends the last bytes. */
    public void end(String text) throws IOException {
      data(text, true);
    }

    private Call data(String text, boolean last) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
      return sent(stream.data(new DataFrame(stream.getId(), bytes, last)));
    }

    /** Sends trailers: the end. */
    public void trailers(String... fields) throws IOException {
      MetaData meta = new MetaData(HttpVersion.HTTP_2, fields(fields));
      sent(stream.headers(new HeadersFrame(stream.getId(), meta, null, true)));
    }

    /** Ends the stream with an error. */
    public void reset(ErrorCode error) {
      stream.reset(new ResetFrame(stream.getId(), error.code), Callback.NOOP);
    }

    /** Tells that this stream and later ones of its connection were not served, nor will be. */
    public void goAway() {
      GoAwayFrame frame = new GoAwayFrame(stream.getId() - 1, ErrorCode.NO_ERROR.code, new byte[0]);
      ((HTTP2Session) stream.getSession()).goAway(frame, Callback.NOOP);
    }

    /** Cuts the whole connection. */
    public void cut() {
      ((HTTP2Session) stream.getSession()).getEndPoint().close();
    }

    /** Until the gateway has reset the stream. */
    public void awaitLeft() {
      Latches.passed(left);
    }

    private Call sent(CompletableFuture<Stream> frame) throws IOException {
      try {
        frame.get(60, TimeUnit.SECONDS);
        return this;
      } catch (ExecutionException | InterruptedException | TimeoutException failure) {
        throw new IOException(failure);
      }
    }

    @Override
    public void onDataAvailable(Stream here) {
      while (true) {
        Stream.Data data = here.readData();
        if (data == null) {
          here.demand();
          return;
        }
        ByteBuffer bytes = data.frame().getByteBuffer();
        while (bytes.hasRemaining()) {
          body.write(bytes.get());
        }
        data.release();
        if (data.frame().isEndStream()) {
          end();
          return;
        }
      }
    }

    @Override
    public void onReset(Stream here, ResetFrame frame, Callback callback) {
      leave();
      callback.succeeded();
    }

    @Override
    public void onFailure(
        Stream here, int error, String reason, Throwable failure, Callback callback) {
      leave();
      callback.succeeded();
    }

    private void end() {
      ended = true;
      whole.countDown();
    }

    /** Nobody waits any longer for what does not come. */
    private void leave() {
      left.countDown();
      whole.countDown();
    }
  }
}
