package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.post;
import static io.mcpgateway.testkit.Requests.request;
import static io.mcpgateway.testkit.Responses.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The filter as a deployment descriptor sets it up: by class and init-param. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class ConfiguredFilterTest {
  @Parameter Container.Kind kind = Container.Kind.JETTY;
  @TempDir Path directory = Path.of("");

  private static void register(FilterRegistration.Dynamic filter, String config) {
    if (!config.isEmpty()) {
      filter.setInitParameter("config", config);
    }
    filter.setAsyncSupported(true);
    filter.addMappingForUrlPatterns(
        EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), false, "/*");
  }

  private Path write(String yaml) throws Exception {
    return Files.writeString(directory.resolve("gateway.yaml"), yaml);
  }

  @Test
  void yaml_routesToABackendOrToTheApplication() throws Exception {
    try (RawBackend backend =
        RawBackend.answering("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")) {
      Path yaml =
          write(
              """
              binds:
              - port: 3000
                listeners:
                - routes:
                  - name: remote
                    matches: [{path: {pathPrefix: /remote}}]
                    backends:
                    - mcp:
                        targets:
                        - name: remote
                          mcp: {host: "%s"}
                  - name: local
                    matches: [{path: {pathPrefix: /local}}]
              """
                  .formatted(backend.url()));
      try (Container container =
              kind.start(
                  "",
                  context -> {
                    context
                        .addServlet(
                            "local",
                            new HttpServlet() {
                              private static final long serialVersionUID = 1;

                              @Override
                              protected void doGet(
                                  HttpServletRequest request, HttpServletResponse response) {
                                response.setStatus(203);
                              }
                            })
                        .addMapping("/local");
                    register(context.addFilter("gateway", McpGatewayFilter.class), yaml.toString());
                  });
          RawConnection client = RawConnection.to(container.port())) {
        assertThat(client.write(post("/remote", TOOLS_LIST)).readHead().status()).isEqualTo(202);
        assertThat(client.write(request("GET", "/local")).readHead().status()).isEqualTo(203);
      }
    }
  }

  private static McpGateway gateway(String backend) {
    return McpGateway.builder().route(Route.builder().backend(Backend.of(backend)).build()).build();
  }

  /** Larger than the default where the container writes more, and smaller where it does not. */
  @Test
  void responseHeadBytes_setHowLargeAHeadIsPassedOn() throws Exception {
    int most = kind == Container.Kind.TOMCAT ? 2_048 : 16_384;
    int others = 768;
    try (RawBackend backend =
            RawBackend.forEachRequest(
                (request, connection) -> {
                  int size = Integer.parseInt(request.field("X-Size").orElseThrow());
                  connection.write(json("200 OK", "{}", "X-Filler: " + "a".repeat(size)));
                });
        McpGateway gateway = gateway(backend.url());
        Container container =
            kind.start(
                "",
                context -> {
                  McpGatewayFilter.register(context, gateway, "/filter")
                      .setInitParameter("responseHeadBytes", "" + most);
                  McpGatewayServlet.register(context, gateway, "/servlet")
                      .setInitParameter("responseHeadBytes", "" + most);
                });
        RawConnection client = RawConnection.to(container.port())) {
      for (String path : List.of("/filter", "/servlet")) {
        String passed = post(path, TOOLS_LIST, "X-Size: " + (most - others));
        assertThat(client.write(passed).readMessage().status()).isEqualTo(200);
        String refused = post(path, TOOLS_LIST, "X-Size: " + most);
        assertThat(client.write(refused).readMessage().status()).isEqualTo(502);
      }
    }
  }

  @Test
  void responseHeadBytes_thatAreNoNumber_areToldAtStart() {
    try (McpGateway gateway = gateway("http://127.0.0.1:1/mcp")) {
      assertThatThrownBy(
          () ->
              kind.start(
                  "",
                  context ->
                      McpGatewayFilter.register(context, gateway)
                          .setInitParameter("responseHeadBytes", "8k")));
    }
  }

  @Test
  void mistakes_areToldAtStart() throws Exception {
    Path yaml = write("bindz: []\n");

    assertStartFails(yaml.toString(), "bindz");
    assertStartFails("", "no init-param config");
    assertStartFails("relative.yaml", "expected: an absolute path");
    assertStartFails("/WEB-INF/missing.yaml", "missing.yaml");
  }

  private void assertStartFails(String config, String message) {
    AtomicReference<@Nullable ServletException> told = new AtomicReference<>();
    Filter observed =
        new Filter() {
          private final McpGatewayFilter filter = new McpGatewayFilter();

          @Override
          public void init(FilterConfig filterConfig) throws ServletException {
            try {
              filter.init(filterConfig);
            } catch (ServletException mistake) {
              told.set(mistake);
              throw mistake;
            }
          }

          @Override
          public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
              throws IOException, ServletException {
            filter.doFilter(request, response, chain);
          }
        };
    assertThatThrownBy(
        () -> kind.start("", context -> register(context.addFilter("gateway", observed), config)));
    assertThat(told.get()).hasMessageContaining(message);
  }
}
