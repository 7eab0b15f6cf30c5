package io.mcpgateway.servlet;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.Headers;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request as the application behind the gateway sees it: with its caller, and with the header
 * fields that the gateway lets through. The token is not among them: MCP forbids to pass it on.
 */
final class GuardedRequest extends HttpServletRequestWrapper {
  private final StreamedResponse response;
  private final Optional<? extends Principal> caller;
  private final Headers headers;
  private final Optional<BodySource> body;
  private final IntConsumer whenCompleted;
  private final AtomicBoolean completed = new AtomicBoolean();
  private final List<Runnable> afterServlet = new ArrayList<>(1);
  private boolean servletReturned;
  private volatile boolean startedAsync;
  private @Nullable ReplayedInput input;
  private @Nullable BufferedReader reader;
  private @Nullable String encoding;

  /**
   * Wraps a request.
   *
   * @param request the client's
   * @param response goes with the request into asynchronous mode
   * @param handOver what the application sees of the request, and who is told when it has answered
   */
  GuardedRequest(HttpServletRequest request, StreamedResponse response, HandOver handOver) {
    super(request);
    this.response = response;
    this.caller = handOver.caller();
    this.headers = handOver.requestHeaders();
    this.body = handOver.body();
    this.whenCompleted = handOver.completed();
  }

  /** The one of these that a request is, somewhere inside. */
  static Optional<GuardedRequest> in(ServletRequest request) {
    ServletRequest inner = request;
    while (inner instanceof ServletRequestWrapper wrapper && !(wrapper instanceof GuardedRequest)) {
      inner = wrapper.getRequest();
    }
    return inner instanceof GuardedRequest guarded ? Optional.of(guarded) : Optional.empty();
  }

  /** The application has written all that it will; not while it is in asynchronous mode. */
  void answered() {
    response.quieten();
    response.finish();
  }

  void setCallerAttributes() {
    if (caller.orElse(null) instanceof AuthenticatedPrincipal principal) {
      setAttribute(McpGatewayFilter.PRINCIPAL, principal);
      setAttribute(McpGatewayFilter.CLAIMS, principal.claims());
    }
  }

  @Override
  public @Nullable Principal getUserPrincipal() {
    return caller.isPresent() ? caller.get() : super.getUserPrincipal();
  }

  @Override
  public @Nullable String getRemoteUser() {
    return caller.isPresent() ? caller.get().getName() : super.getRemoteUser();
  }

  @Override
  public @Nullable String getAuthType() {
    return caller.isPresent() ? "Bearer" : super.getAuthType();
  }

  /** The scopes of a token are the roles of its caller. */
  @Override
  public boolean isUserInRole(String role) {
    if (caller.isEmpty()) {
      return super.isUserInRole(role);
    }
    return caller.get() instanceof AuthenticatedPrincipal principal
        && principal.scopes().contains(role);
  }

  @Override
  public boolean authenticate(HttpServletResponse challenged)
      throws IOException, jakarta.servlet.ServletException {
    return caller.isPresent() || super.authenticate(challenged);
  }

  @Override
  public @Nullable String getHeader(String name) {
    return headers.first(name).orElse(null);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return Collections.enumeration(headers.all(name));
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach(field -> names.add(field.name()));
    return Collections.enumeration(names);
  }

  /** The container has parsed them from the client's own field. */
  @Override
  public Cookie @Nullable [] getCookies() {
    return headers.contains("Cookie") ? super.getCookies() : null;
  }

  @Override
  public int getIntHeader(String name) {
    return headers.first(name).map(Integer::parseInt).orElse(-1);
  }

  /** The gateway never changes a date; which spellings of one count is the container's to know. */
  @Override
  public long getDateHeader(String name) {
    return headers.contains(name) ? super.getDateHeader(name) : -1;
  }

  @Override
  public int getContentLength() {
    long length = getContentLengthLong();
    return length > Integer.MAX_VALUE ? -1 : (int) length;
  }

  @Override
  public long getContentLengthLong() {
    return body.isPresent() ? body.get().length() : super.getContentLengthLong();
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    if (body.isEmpty()) {
      return super.getInputStream();
    }
    if (reader != null) {
      throw new IllegalStateException("the reader was taken (expected: one of the two)");
    }
    if (input == null) {
      input = new ReplayedInput(body.get(), this::call);
    }
    return input;
  }

  @Override
  public BufferedReader getReader() throws IOException {
    if (body.isEmpty()) {
      return super.getReader();
    }
    if (reader == null) {
      if (input != null) {
        throw new IllegalStateException("the input stream was taken (expected: one of the two)");
      }
      String declared = getCharacterEncoding();
      reader =
          new BufferedReader(
              new InputStreamReader(
                  new ReplayedInput(body.get(), this::call),
                  declared == null ? StandardCharsets.ISO_8859_1.name() : declared));
    }
    return reader;
  }

  /** Some containers take it for too late: the gateway has read the body. */
  @Override
  public void setCharacterEncoding(String name) throws UnsupportedEncodingException {
    super.setCharacterEncoding(name);
    if (body.isPresent() && reader == null) {
      encoding = name;
    }
  }

  @Override
  public @Nullable String getCharacterEncoding() {
    return encoding == null ? super.getCharacterEncoding() : encoding;
  }

  /** Calls a listener as containers do: on a thread of theirs, and not while the servlet runs. */
  private void call(Runnable listening) {
    AsyncContext async = getAsyncContext(); // or the exception that the listener's owner deserves
    synchronized (afterServlet) {
      if (!servletReturned) {
        afterServlet.add(listening);
        return;
      }
    }
    async.start(listening);
  }

  /** The servlet that was called first has returned; called on its thread. */
  void servletReturned() {
    List<Runnable> due;
    synchronized (afterServlet) {
      servletReturned = true;
      due = List.copyOf(afterServlet);
    }
    due.forEach(Runnable::run);
  }

  @Override
  public AsyncContext startAsync() {
    return startAsync(this, response);
  }

  @Override
  public AsyncContext startAsync(ServletRequest with, ServletResponse answerTo) {
    AsyncContext async = super.startAsync(with, answerTo);
    startedAsync = true;
    async.addListener(new Completion());
    response.startedAsync(async);
    return new GuardedAsync(async, response);
  }

  @Override
  public AsyncContext getAsyncContext() {
    return new GuardedAsync(super.getAsyncContext(), response);
  }

  /** Whether the application's answer may come after its servlet has returned. */
  boolean isAsynchronous() {
    return startedAsync;
  }

  /**
   * The application has answered.
   *
   * @param status its status
   */
  void completed(int status) {
    if (completed.compareAndSet(false, true)) {
      whenCompleted.accept(status);
    }
  }

  private final class Completion implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      response.ended();
      completed(response.getStatus());
    }

    /** The container completes afterwards, unless the application does. */
    @Override
    public void onTimeout(AsyncEvent event) {
      response.containerEnds();
    }

    @Override
    public void onError(AsyncEvent event) {
      response.containerEnds();
      if (response.isCommitted()) {
        completed(response.getStatus()); // some containers do not tell the end of what broke off
      }
    }

    /** A new asynchronous cycle drops the listeners of the last. */
    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }
}
