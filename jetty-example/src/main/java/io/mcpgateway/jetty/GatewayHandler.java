package io.mcpgateway.jetty;

import io.mcpgateway.McpGateway;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Lets a gateway answer all requests of a Jetty server, without a servlet container. */
final class GatewayHandler extends Handler.Abstract.NonBlocking {
  private final McpGateway gateway;

  GatewayHandler(McpGateway gateway) {
    this.gateway = gateway;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    JettyExchange exchange;
    try {
      exchange = new JettyExchange(request, response, callback);
    } catch (IllegalArgumentException malformed) {
      response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
      Response.writeError(request, response, callback, 400);
      return true;
    }
    gateway.handle(exchange);
    return true;
  }
}
