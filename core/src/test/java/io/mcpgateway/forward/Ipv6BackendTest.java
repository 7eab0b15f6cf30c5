package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.testkit.ClientExchange;
import io.mcpgateway.testkit.Http2Backend;
import io.mcpgateway.testkit.Ipv6Loopback;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawBackend.Script;
import io.mcpgateway.testkit.TestCertificate;
import io.mcpgateway.tls.BackendTls;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Backends at an IPv6 literal. */
@Timeout(60)
@EnabledIf("io.mcpgateway.testkit.Ipv6Loopback#isThere")
class Ipv6BackendTest {
  private static final Script ANSWER =
      RawBackend.eachRequest(
          (request, connection) ->
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));

  @TempDir private Path directory;

  private static String call(Backend backend) throws IOException {
    try (McpGateway gateway =
        McpGateway.builder().route(Route.builder().backend(backend).build()).build()) {
      ClientExchange client = ClientExchange.post("{\"method\":\"ping\"}");
      gateway.handle(client);
      return client.rest();
    }
  }

  @Test
  void inClear() throws Exception {
    try (RawBackend backend = RawBackend.start(Ipv6Loopback.listen(), ANSWER)) {
      String authority = "[::1]:" + backend.port();

      assertThat(call(Backend.of("http://" + authority + "/mcp"))).isEqualTo("{}");
      assertThat(backend.requests().get(0).field("Host")).contains(authority);
    }
  }

  @Test
  void overTls_addressIsVerified() throws Exception {
    TestCertificate authority = TestCertificate.authority();
    BackendTls tls = BackendTls.builder().root(authority.file(directory)).build();
    try (RawBackend good =
            RawBackend.start(authority.issue("::1").listen(Ipv6Loopback.address()), ANSWER);
        RawBackend bad =
            RawBackend.start(authority.issue("::2").listen(Ipv6Loopback.address()), ANSWER)) {
      String here = "https://[::1]:";

      assertThat(call(Backend.of(here + good.port() + "/mcp").withTls(tls))).isEqualTo("{}");
      assertThat(call(Backend.of(here + bad.port() + "/mcp").withTls(tls))).contains("error");
      assertThat(bad.requests()).isEmpty();
    }
  }

  @Test
  void overHttp2() throws Exception {
    try (Http2Backend backend = Http2Backend.startOnIpv6(call -> call.respond(200).end("{}"))) {
      Backend target = Backend.of(backend.url()).withHttpVersions(HttpVersion.HTTP_2);

      assertThat(call(target)).isEqualTo("{}");
      assertThat(backend.calls().get(0).authority()).isEqualTo("[::1]:" + backend.port());
    }
  }
}
