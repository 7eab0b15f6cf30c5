package io.mcpgateway.testkit.traps;

import io.mcpgateway.Listener;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawHttp2;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Requests;
import io.mcpgateway.testkit.Responses;
import io.mcpgateway.testkit.TestIssuer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;

/** A gateway in front of scripted backends, and clients in bytes. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
abstract class ProxyTraps {
  static final String MODERN = "MCP-Protocol-Version: 2026-07-28";

  private static final String AUDIENCE = "https://gateway.example.com/mcp";

  final List<RequestRecord> records = new CopyOnWriteArrayList<>();

  private final Adapter adapter;
  @AutoClose private final OpenResources open = new OpenResources();
  private @Nullable RunningGateway running;
  private @Nullable TestIssuer issuer;

  ProxyTraps(Adapter adapter) {
    this.adapter = adapter;
  }

  // --- what is behind the gateway

  final RawBackend backend(RawBackend.Script script) {
    return open.add(RawBackend.start(script));
  }

  final RawBackend forEachRequest(RawBackend.Answer answer) {
    return open.add(RawBackend.forEachRequest(answer));
  }

  /** Answers every request with an empty JSON object. */
  final RawBackend indifferent() {
    return open.add(RawBackend.answering(Responses.ok("{}")));
  }

  // --- the gateway

  static Route.Builder to(RawBackend backend) {
    return Route.builder().backend(Backend.of(backend.url()));
  }

  /** Lets in the callers of {@link #bearer}. */
  final McpAuthentication authentication() {
    TestIssuer started = open.add(TestIssuer.start());
    issuer = started;
    return McpAuthentication.builder()
        .verifier(
            JwtVerifier.builder()
                .issuer(started.issuer())
                .audiences(AUDIENCE)
                .jwks(started.jwks())
                .build())
        .build();
  }

  /** The field with a new token of that caller. */
  final String bearer(String subject, String... scopes) {
    return Requests.bearer(
        Objects.requireNonNull(issuer)
            .token()
            .audience(AUDIENCE)
            .subject(subject)
            .scope(scopes)
            .sign());
  }

  final void gateway(Route.Builder... routes) throws Exception {
    gateway(McpGateway.builder(), routes);
  }

  final void gateway(McpGateway.Builder gateway, Route.Builder... routes) throws Exception {
    gateway(Optional.empty(), gateway, routes);
  }

  final void gateway(
      Optional<Duration> patience, McpGateway.Builder gateway, Route.Builder... routes)
      throws Exception {
    Listener.Builder listener = Listener.builder().address("127.0.0.1").hostname(Requests.HOST);
    for (Route.Builder route : routes) {
      listener.route(route.build());
    }
    running =
        open.add(
            adapter.start(
                gateway.listener(listener.build()).observers(records::add).build(), patience));
  }

  private RunningGateway running() {
    return Objects.requireNonNull(running);
  }

  // --- its clients

  final RawConnection client() throws IOException {
    return open.add(newClient());
  }

  /** A client that the test closes. */
  final RawConnection newClient() throws IOException {
    return RawConnection.to(running().port());
  }

  /** A client that speaks HTTP/2, and that the test closes. */
  final RawHttp2 newHttp2Client() throws IOException {
    return RawHttp2.to(running().port());
  }

  /** What is closed when the test is over. */
  final <T extends AutoCloseable> T closing(T resource) {
    return open.add(resource);
  }

  /** One request on a connection of its own, and its answer. */
  final RawMessage call(String request) throws IOException {
    try (RawConnection client = RawConnection.to(running().port())) {
      return client.writeUntilRefused(request).readMessage();
    }
  }

  final int port() {
    return running().port();
  }

  /** A path as clients write it. */
  final String at(String path) {
    return running().mountPath() + path;
  }

  final String get(String... fields) {
    return Requests.request("GET", at("/mcp"), fields);
  }

  final String post(String json, String... fields) {
    return postTo("/mcp", json, fields);
  }

  final String postTo(String path, String json, String... fields) {
    return Requests.post(at(path), json, fields);
  }
}
