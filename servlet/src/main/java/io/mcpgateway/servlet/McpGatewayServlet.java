package io.mcpgateway.servlet;

import io.mcpgateway.Listener;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The gateway as a servlet, for contexts that hold nothing else behind its paths: every route needs
 * a backend. Routes match paths below the context path, whatever the servlet is mapped to. The
 * servlet, and every filter in front of it, must be registered with {@code asyncSupported=true};
 * see {@link McpGatewayFilter}.
 */
public final class McpGatewayServlet extends HttpServlet {
  private static final long serialVersionUID = 1;

  private final transient McpGatewayFilter filter;

  /**
   * A servlet for a gateway.
   *
   * @param gateway stays the caller's to close
   * @throws IllegalArgumentException when a route has no backend
   */
  public McpGatewayServlet(McpGateway gateway) {
    for (Listener listener : gateway.listeners()) {
      for (Route route : listener.routes()) {
        if (route.backend().isEmpty()) {
          throw new IllegalArgumentException(
              route + ": no backend (expected: one; McpGatewayFilter guards applications)");
        }
      }
    }
    this.filter = new McpGatewayFilter(gateway);
  }

  /**
   * Registers a servlet as it must be: async-supported.
   *
   * @param context being initialised
   * @param gateway stays the caller's to close
   * @param urlPatterns what the servlet is for; none for {@code /*}
   * @return the registration, to go on with
   * @throws IllegalArgumentException when a route has no backend
   * @throws IllegalStateException when a servlet called {@code mcp-gateway} is there already, or
   *     the context is initialised
   */
  public static ServletRegistration.Dynamic register(
      ServletContext context, McpGateway gateway, String... urlPatterns) {
    ServletRegistration.@Nullable Dynamic registration =
        context.addServlet("mcp-gateway", new McpGatewayServlet(gateway));
    if (registration == null) {
      throw new IllegalStateException(
          "servlet mcp-gateway: registered already (expected: once per context)");
    }
    registration.setAsyncSupported(true);
    registration.addMapping(urlPatterns.length == 0 ? new String[] {"/*"} : urlPatterns);
    return registration;
  }

  @Override
  public void init() throws ServletException {
    filter.limitResponseHeads(
        "servlet " + getServletName(), getInitParameter(McpGatewayFilter.RESPONSE_HEAD_BYTES));
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    filter.doFilter(request, response, (onwards, answerTo) -> {});
  }

  @Override
  public void destroy() {
    filter.destroy();
  }
}
