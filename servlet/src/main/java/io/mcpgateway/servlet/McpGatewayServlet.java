package io.mcpgateway.servlet;

import io.mcpgateway.Listener;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway as a servlet, for contexts that hold nothing else behind its paths: every route needs
 * a backend. Routes match paths below the context path, whatever the servlet is mapped to. To be
 * registered with {@code asyncSupported=true}; see {@link McpGatewayFilter}.
 */
public final class McpGatewayServlet extends HttpServlet {
  private static final Logger LOG = LoggerFactory.getLogger(McpGatewayServlet.class);
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

  @Override
  public void init() {
    ServletRegistration registration = getServletContext().getServletRegistration(getServletName());
    try {
      if (registration instanceof ServletRegistration.Dynamic dynamic) {
        dynamic.setAsyncSupported(true);
        return;
      }
    } catch (IllegalStateException tooLate) {
      LOG.debug("the registration of servlet {} is fixed", getServletName(), tooLate);
    }
    LOG.warn(
        "servlet {}: cannot see whether it is registered with async support (expected:"
            + " <async-supported>true</async-supported> for it and every filter in front of it)",
        getServletName());
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    filter.doFilter(request, response, (onwards, answerTo) -> {});
  }
}
