package io.mcpgateway.jetty;

import io.mcpgateway.LiveGateway;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Lets a gateway answer all requests of a Jetty server, without a servlet container. */
final class GatewayHandler extends Handler.Abstract.NonBlocking {
  private final LiveGateway gateway;
  private final AtomicBoolean draining;

  /**
   * A handler.
   *
   * @param gateway answers
   * @param draining whether connections are to be closed behind their answers
   */
  GatewayHandler(LiveGateway gateway, AtomicBoolean draining) {
    this.gateway = gateway;
    this.draining = draining;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (draining.get() && request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
      response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
    }
    JettyExchange exchange;
    try {
      exchange = new JettyExchange(request, response, callback);
    } catch (IllegalArgumentException malformed) {
      response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
      Response.writeError(request, response, callback, 400);
      return true;
    }
    gateway.handle(exchange);
    return true;
  }
}
