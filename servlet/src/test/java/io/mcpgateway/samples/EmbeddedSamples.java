package io.mcpgateway.samples;

import io.mcpgateway.LiveGateway;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.servlet.McpGatewayFilter;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Map;

/** The gateway in a servlet application. */
final class EmbeddedSamples {
  private EmbeddedSamples() {}

  static McpGateway guard(ServletContext servletContext) {
    McpGateway gateway =
        McpGateway.builder()
            .route(
                Route.builder()
                    .matches(RouteMatch.pathPrefix("/mcp"))
                    .cors(CorsPolicy.builder().allowOrigins("https://app.example.com").build())
                    .authentication(
                        McpAuthentication.builder()
                            .verifier(
                                JwtVerifier.builder()
                                    .issuer("https://id.example.com/realms/main")
                                    .audiences("https://api.example.com/mcp")
                                    .build())
                            .build())
                    .build())
            .build();
    McpGatewayFilter.register(servletContext, gateway, "/*");
    return gateway;
  }

  static McpGateway forward(ServletContext servletContext) {
    McpGateway gateway =
        McpGateway.builder()
            .route(
                Route.builder()
                    .matches(RouteMatch.pathPrefix("/mcp"))
                    .backend(Backend.of("http://localhost:8000/mcp"))
                    .build())
            .build();
    McpGatewayFilter.register(servletContext, gateway, "/*");
    return gateway;
  }

  static LiveGateway live(ServletContext servletContext, McpGateway gateway) {
    LiveGateway live = new LiveGateway(gateway);
    McpGatewayFilter.register(servletContext, live, "/*");
    return live;
  }

  static void change(LiveGateway live, McpGateway next) {
    live.replace(next, LiveGateway.Streams.GO_ON);
  }

  static void end(LiveGateway live) throws InterruptedException {
    live.drain(Duration.ofSeconds(10));
    live.close();
  }

  static Route guardedRoute() {
    Route guarded =
        Route.builder()
            .matches(RouteMatch.exactPath("/mcp"))
            .cors(CorsPolicy.builder().allowOrigins("https://app.example.com").build())
            .authentication(
                McpAuthentication.builder()
                    .verifier(
                        JwtVerifier.builder()
                            .issuer("https://id.example.com/realms/main")
                            .audiences("https://api.example.com/mcp")
                            .build())
                    .build())
            .build();
    return guarded;
  }

  static HttpServletStreamableServerTransportProvider transport() {
    HttpServletStreamableServerTransportProvider transport =
        HttpServletStreamableServerTransportProvider.builder()
            .mcpEndpoint("/mcp")
            .contextExtractor(
                request -> McpTransportContext.create(Map.of("caller", request.getUserPrincipal())))
            .build();
    return transport;
  }

  static String whoIsCalling(McpTransportContext context) {
    AuthenticatedPrincipal caller = (AuthenticatedPrincipal) context.get("caller");
    return "you are " + caller.subject() + " of " + caller.issuer();
  }

  static String whoIsCalling(HttpServletRequest request) {
    AuthenticatedPrincipal caller = (AuthenticatedPrincipal) request.getUserPrincipal();
    boolean mayWrite = request.isUserInRole("write"); // a scope of the token
    Object email = caller.claims().get("email");
    return caller.subject() + " " + mayWrite + " " + email;
  }
}
