package io.mcpgateway.servlet;

import io.mcpgateway.LiveGateway;
import io.mcpgateway.McpGateway;
import io.mcpgateway.config.ConfigException;
import io.mcpgateway.config.GatewayConfig;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway as a servlet filter. Requests of a route with a backend are forwarded to it; requests
 * of a route without one go on to the application behind the filter, with the same CORS, metadata
 * and authentication, and with their caller as {@link HttpServletRequest#getUserPrincipal}.
 * Whatever matches no route is answered 404: map the filter to what the gateway is for.
 *
 * <p>Thread-safe; blocks no container thread on the network. Needs a Servlet 6 container.
 *
 * <p>The filter, and every filter in front of it, must be registered with {@code
 * asyncSupported=true}, and the filter itself for the dispatcher types {@code REQUEST} and {@code
 * ASYNC}; {@link #register} does both. The Servlet API does not tell a filter how it is registered.
 * At start the filter switches async support on for itself, where the container permits, and warns
 * otherwise. What is missing elsewhere shows when a request needs it: it is answered 500, and the
 * log says what to set. Without {@code ASYNC} a broken response may look whole to its client.
 *
 * <p>How large a response head its container writes no filter is told either, and containers break
 * the connection or answer 500 when they are given more. So what a backend sends beyond 8 KiB is
 * answered 502. The init-param {@code responseHeadBytes} sets another limit, for containers that
 * write more.
 */
public final class McpGatewayFilter implements Filter {
  /**
   * The request attribute with the caller, an {@link io.mcpgateway.auth.AuthenticatedPrincipal}.
   */
  public static final String PRINCIPAL = "io.mcpgateway.principal";

  /** The request attribute with the claims of the caller's token, a {@code Map<String, Object>}. */
  public static final String CLAIMS = "io.mcpgateway.claims";

  private static final String CONFIG = "config";

  /** The init-param of filter and servlet. */
  static final String RESPONSE_HEAD_BYTES = "responseHeadBytes";

  // What Tomcat 11 and Jetty 12.0 write unless told otherwise.
  private static final int DEFAULT_RESPONSE_HEAD_BYTES = 8 * 1024;

  // A reason phrase, and fields of the container's own: Date, Server, Connection, a cookie.
  private static final int CONTAINERS_SHARE = 512;

  private static final String WEB_INF = "/WEB-INF/";
  private static final Logger LOG = LoggerFactory.getLogger(McpGatewayFilter.class);
  private static final AtomicInteger INSTANCES = new AtomicInteger();

  // Of this instance: what one filter let pass, another has yet to decide.
  private final String exchangeAttribute = "io.mcpgateway.exchange." + INSTANCES.incrementAndGet();
  private final AtomicBoolean unsupportedTold = new AtomicBoolean();
  private final @Nullable LiveGateway given;
  private @Nullable LiveGateway gateway;
  private KeepAliveThreads threads = new KeepAliveThreads();
  private int maxResponseHeadBytes = DEFAULT_RESPONSE_HEAD_BYTES - CONTAINERS_SHARE;

  /**
   * A filter that builds its gateway at start from the YAML file that its init-param {@code config}
   * names, and closes it at the end: an absolute path, or one that begins with {@code /WEB-INF/}.
   * Variables in the file are those of the environment.
   */
  public McpGatewayFilter() {
    this.given = null;
  }

  /**
   * A filter for a gateway.
   *
   * @param gateway stays the caller's to close
   */
  public McpGatewayFilter(McpGateway gateway) {
    this(new LiveGateway(gateway));
  }

  /**
   * A filter for a gateway that may be replaced while it runs: {@link LiveGateway#replace}.
   *
   * @param gateway stays the caller's to close
   */
  public McpGatewayFilter(LiveGateway gateway) {
    this.given = gateway;
    this.gateway = gateway;
  }

  /**
   * Registers a filter as it must be: async-supported, for the dispatcher types {@code REQUEST} and
   * {@code ASYNC}, in front of the filters that a deployment descriptor maps.
   *
   * @param context being initialised
   * @param gateway stays the caller's to close
   * @param urlPatterns what the filter is for; none for {@code /*}
   * @return the registration, to go on with
   * @throws IllegalStateException when a filter called {@code mcp-gateway} is there already, or the
   *     context is initialised
   */
  public static FilterRegistration.Dynamic register(
      ServletContext context, McpGateway gateway, String... urlPatterns) {
    return register(context, new LiveGateway(gateway), urlPatterns);
  }

  /**
   * Registers a filter for a gateway that may be replaced, as it must be.
   *
   * @param context being initialised
   * @param gateway stays the caller's to close
   * @param urlPatterns what the filter is for; none for {@code /*}
   * @return the registration, to go on with
   * @throws IllegalStateException when a filter called {@code mcp-gateway} is there already, or the
   *     context is initialised
   */
  public static FilterRegistration.Dynamic register(
      ServletContext context, LiveGateway gateway, String... urlPatterns) {
    FilterRegistration.@Nullable Dynamic registration =
        context.addFilter("mcp-gateway", new McpGatewayFilter(gateway));
    if (registration == null) {
      throw new IllegalStateException(
          "filter mcp-gateway: registered already (expected: once per context)");
    }
    registration.setAsyncSupported(true);
    registration.addMappingForUrlPatterns(
        EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC),
        false,
        urlPatterns.length == 0 ? new String[] {"/*"} : urlPatterns);
    return registration;
  }

  @Override
  public void init(FilterConfig config) throws ServletException {
    switchAsyncSupportOn(config);
    limitResponseHeads(
        "filter " + config.getFilterName(), config.getInitParameter(RESPONSE_HEAD_BYTES));
    threads = new KeepAliveThreads(); // a container may start a filter again
    if (given == null) {
      gateway = new LiveGateway(configured(config));
    }
  }

  /** Ends the filter's threads, and closes the gateway if the filter built it. */
  @Override
  public void destroy() {
    threads.close();
    if (given == null && gateway != null) {
      gateway.close();
      gateway = null;
    }
  }

  /**
   * Sets how large a response head the container writes.
   *
   * @param name whose init-param it is
   * @param bytes its value; null to leave it at the default
   * @throws ServletException when that is not a number of bytes
   */
  void limitResponseHeads(String name, @Nullable String bytes) throws ServletException {
    if (bytes == null) {
      return;
    }
    try {
      maxResponseHeadBytes = Math.subtractExact(Integer.parseInt(bytes), CONTAINERS_SHARE);
    } catch (ArithmeticException | NumberFormatException notThat) {
      throw new ServletException(
          name + ": init-param " + RESPONSE_HEAD_BYTES + ": not a number of bytes", notThat);
    }
  }

  private static McpGateway configured(FilterConfig config) throws ServletException {
    String name = config.getFilterName();
    String file = config.getInitParameter(CONFIG);
    if (file == null) {
      throw new ServletException(
          "filter " + name + ": no init-param config (expected: the path of a YAML file)");
    }
    try {
      GatewayConfig read = read(file, config.getServletContext());
      read.warnings().forEach(warning -> LOG.warn("filter {}: {}", name, warning));
      return read.toBuilder().build();
    } catch (ConfigException | IOException | IllegalArgumentException | IllegalStateException bad) {
      throw new ServletException("filter " + name + ": " + bad.getMessage(), bad);
    }
  }

  private static GatewayConfig read(String file, ServletContext context)
      throws ConfigException, IOException {
    if (!file.startsWith(WEB_INF)) {
      Path path = Path.of(file);
      if (!path.isAbsolute()) {
        throw new IllegalArgumentException(
            "config: " + file + " (expected: an absolute path, or one below " + WEB_INF + ")");
      }
      return GatewayConfig.read(path, System.getenv(), GatewayConfig.Use.FILTER);
    }
    String real = context.getRealPath(file);
    if (real != null) {
      return GatewayConfig.read(Path.of(real), System.getenv(), GatewayConfig.Use.FILTER);
    }
    // An archive that is not unpacked: the files that the YAML names cannot lie beside it.
    try (InputStream resource = context.getResourceAsStream(file)) {
      if (resource == null) {
        throw new IllegalArgumentException("config: " + file + " is not in the application");
      }
      String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
      return GatewayConfig.parse(text, file, System.getenv(), GatewayConfig.Use.FILTER);
    }
  }

  private static void switchAsyncSupportOn(FilterConfig config) {
    String name = config.getFilterName();
    FilterRegistration registration = config.getServletContext().getFilterRegistration(name);
    try {
      if (registration instanceof FilterRegistration.Dynamic dynamic) {
        dynamic.setAsyncSupported(true);
        return;
      }
    } catch (IllegalStateException tooLate) {
      LOG.debug("the registration of filter {} is fixed", name, tooLate);
    }
    LOG.warn(
        "filter {}: cannot see whether it is registered with async support (expected:"
            + " <async-supported>true</async-supported> for it and every filter in front of it)",
        name);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!(request instanceof HttpServletRequest clientRequest)
        || !(response instanceof HttpServletResponse clientResponse)) {
      throw new ServletException("not HTTP (expected: an HTTP request)");
    }
    if (request.getAttribute(exchangeAttribute) instanceof ServletExchange decided) {
      decided.dispatched(clientRequest, clientResponse, chain);
    } else if (request.getDispatcherType() == DispatcherType.ERROR) {
      chain.doFilter(request, response); // somebody's error page
    } else {
      decide(clientRequest, clientResponse, chain);
    }
  }

  private void decide(
      HttpServletRequest clientRequest, HttpServletResponse clientResponse, FilterChain chain)
      throws IOException, ServletException {
    LiveGateway handling = gateway;
    if (handling == null) {
      throw new ServletException("the gateway is not running (expected: init before, no destroy)");
    }
    ServletExchange exchange;
    try {
      exchange = new ServletExchange(clientRequest, clientResponse, threads, maxResponseHeadBytes);
    } catch (IllegalArgumentException malformed) {
      LOG.debug("a malformed request", malformed);
      clientResponse.setHeader("Connection", "close");
      answer(clientResponse, HttpServletResponse.SC_BAD_REQUEST, "bad_request");
      return;
    }
    clientRequest.setAttribute(exchangeAttribute, exchange);
    handling.handle(exchange);
    try {
      exchange.settle(chain);
    } catch (AsyncUnsupportedException unsupported) {
      if (unsupportedTold.compareAndSet(false, true)) {
        LOG.error(
            "{} (expected: <async-supported>true</async-supported>, or setAsyncSupported(true), for"
                + " the gateway and every filter in front of it): requests are answered 500",
            unsupported.getMessage());
      }
      answer(clientResponse, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "async_not_supported");
    }
  }

  private static void answer(HttpServletResponse response, int status, String error)
      throws IOException {
    byte[] body = "{\"error\":\"%s\"}".formatted(error).getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setHeader("Content-Type", "application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
    response.flushBuffer();
  }
}
