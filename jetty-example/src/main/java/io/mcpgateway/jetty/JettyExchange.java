package io.mcpgateway.jetty;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import io.mcpgateway.tls.CertificateThumbprint;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One request of a Jetty server as the gateway sees it. */
final class JettyExchange implements Exchange {
  private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final RequestHead head;
  private final @Nullable ClientWatch watch;
  private final AtomicBoolean writing = new AtomicBoolean();

  /**
   * Wraps a request.
   *
   * @throws IllegalArgumentException when its head cannot be told
   */
  JettyExchange(Request request, Response response, Callback callback) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.head = head(request);
    this.watch = ClientWatch.of(request);
    // A quiet stream is no idle connection: its end is for the gateway's own timeouts to decide.
    // A client that takes nothing of what there is to write has gone, as far as anybody can tell.
    request.addIdleTimeoutListener(idle -> writing.get());
  }

  private static RequestHead head(Request request) {
    checkFraming(request.getConnectionMetaData().getHttpVersion(), request.getHeaders());
    HttpURI uri = request.getHttpURI();
    Headers.Builder headers = Headers.builder();
    for (HttpField field : request.getHeaders()) {
      headers.add(field.getName(), field.getValue() == null ? "" : field.getValue());
    }
    String host = request.getHeaders().get(HttpHeader.HOST);
    String authority = uri.getAuthority() != null ? uri.getAuthority() : host;
    return new RequestHead(
        request.getMethod(),
        // The request itself would say what the client wrote before its path.
        request.getConnectionMetaData().isSecure() ? "https" : "http",
        authority == null ? "" : authority,
        "",
        uri.getPath() == null ? "/" : uri.getPath(),
        uri.getQuery() == null ? "" : uri.getQuery(),
        headers.build(),
        withoutBrackets(Request.getRemoteAddr(request)),
        Request.getLocalPort(request),
        clientCertificate(request));
  }

  /**
   * RFC 9112, 6.1, and RFC 9113, 8.1.1 and 8.2.2: whoever passed such a request on may have seen
   * another end of its body.
   */
  private static void checkFraming(HttpVersion version, HttpFields fields) {
    if (version == HttpVersion.HTTP_1_1) {
      return; // Jetty is strict about it there
    }
    if (fields.contains(HttpHeader.TRANSFER_ENCODING)) {
      throw new IllegalArgumentException("only HTTP/1.1 has Transfer-Encoding");
    }
    if (!fields.getValuesList(HttpHeader.CONTENT_LENGTH).stream()
        .allMatch(length -> LENGTH.matcher(length).matches())) {
      throw new IllegalArgumentException("Content-Length is no number");
    }
  }

  private static Optional<String> clientCertificate(Request request) {
    EndPoint.SslSessionData tls =
        request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
    X509Certificate[] chain = tls == null ? null : tls.peerCertificates();
    return chain == null || chain.length == 0
        ? Optional.empty()
        : Optional.of(CertificateThumbprint.of(chain[0]));
  }

  private static String withoutBrackets(String address) {
    return address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
  }

  @Override
  public RequestHead request() {
    return head;
  }

  @Override
  public BodySource requestBody() {
    // Over HTTP/2 nothing but the stream itself tells whether there is a body.
    Content.Chunk first = request.read();
    if (first != null
        && first.isLast()
        && !first.hasRemaining()
        && !Content.Chunk.isFailure(first)) {
      requestRead();
      return BodySource.empty();
    }
    return new JettyRequestBody(request, first, this::requestRead);
  }

  private void requestRead() {
    if (watch != null) {
      watch.requestRead();
    }
  }

  @Override
  public void respond(ResponseHead answer, BodySource body) {
    response.setStatus(answer.status());
    answer.headers().forEach(field -> response.getHeaders().add(field.name(), field.value()));
    if (!response.getHeaders().contains(HttpHeader.DATE)) {
      Server server = request.getConnectionMetaData().getConnector().getServer();
      response.getHeaders().add(server.getDateField());
    }
    new ResponsePump(response, body, watch, writing, callback).iterate();
  }

  @Override
  public void proceed(HandOver handOver) {
    // The configuration of a process demands a backend for each route.
    Response.writeError(request, response, callback, 500);
    handOver.completed().accept(500);
  }

  @Override
  public void onClientGone(Consumer<Throwable> action) {
    AtomicBoolean told = new AtomicBoolean();
    Consumer<Throwable> once =
        cause -> {
          if (told.compareAndSet(false, true)) {
            action.accept(cause);
          }
        };
    request.addFailureListener(once);
    if (watch != null) {
      watch.tell(once);
    }
  }
}
