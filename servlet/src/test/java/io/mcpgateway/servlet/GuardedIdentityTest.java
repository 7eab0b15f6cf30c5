package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.bearer;
import static io.mcpgateway.testkit.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.backendauth.IdentityHeaders;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What an application behind the gateway learns about the caller. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class GuardedIdentityTest {
  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private final List<String> seen = new CopyOnWriteArrayList<>();

  private RawMessage call(Route.Builder route, Application application, String request)
      throws Exception {
    try (McpGateway gateway = McpGateway.builder().route(route.build()).observers().build();
        Container container =
            kind.start(
                "",
                context -> {
                  application.serve(context, "/mcp");
                  McpGatewayFilter.register(context, gateway);
                });
        RawConnection client = RawConnection.to(container.port())) {
      return client.write(request).readMessage();
    }
  }

  private static Route.Builder guarded() {
    return Route.builder().authentication(Tokens.atOnce());
  }

  private static List<String> headers(HttpServletRequest request) {
    List<String> fields = new ArrayList<>();
    for (String name : Collections.list(request.getHeaderNames())) {
      for (String value : Collections.list(request.getHeaders(name))) {
        fields.add(name + ": " + value);
      }
    }
    return fields;
  }

  @Test
  void a12_trap43_forgedIdentitiesAndCredentials_doNotArrive() throws Exception {
    Application application = (request, response) -> seen.addAll(headers(request));
    Route.Builder route =
        guarded()
            .identityHeaders(
                IdentityHeaders.builder()
                    .subject("X-Auth-Subject")
                    .scopes("X-Auth-Scopes")
                    .claim("tenant", "X-Auth-Tenant")
                    .claim("none", "X-Auth-None")
                    .build())
            .requestHeaderModifier(
                HeaderModifier.builder().set("X-Stage", "test").remove("X-Gone").build());
    String request =
        post(
            "/mcp",
            TOOLS_LIST,
            bearer(Tokens.GOOD),
            "DPoP: proof",
            "Proxy-Authorization: Basic x",
            "X-Auth-Subject: root",
            "x_auth_subject: root",
            "X-AUTH-none: root",
            "X-Stage: root",
            "X-Gone: root",
            "X-Kept: 1");

    assertThat(call(route, application, request).status()).isEqualTo(200);
    assertThat(seen)
        .contains(
            "X-Auth-Subject: alice",
            "X-Auth-Scopes: mcp:read",
            "X-Auth-Tenant: blue",
            "X-Stage: test")
        .noneMatch(field -> field.contains("root") || field.contains("proof"))
        .noneMatch(field -> field.toLowerCase(java.util.Locale.ROOT).contains("authorization"))
        .anyMatch(field -> field.equalsIgnoreCase("X-Kept: 1"));
  }

  @Test
  void caller_isThePrincipalOfTheRequest() throws Exception {
    Application application =
        (request, response) -> {
          assertThat(request.getUserPrincipal()).isEqualTo(Tokens.alice());
          assertThat(request.getRemoteUser()).isEqualTo("alice");
          assertThat(request.getAuthType()).isEqualTo("Bearer");
          assertThat(request.isUserInRole("mcp:read")).isTrue();
          assertThat(request.isUserInRole("mcp:write")).isFalse();
          assertThat(request.getAttribute(McpGatewayFilter.PRINCIPAL)).isEqualTo(Tokens.alice());
          assertThat(request.getAttribute(McpGatewayFilter.CLAIMS))
              .isEqualTo(Map.of("sub", "alice", "tenant", "blue"));
        };

    assertThat(call(guarded(), application, post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD))).status())
        .isEqualTo(200);
  }

  @Test
  void cookie_thatIsTakenOff_isNotParsedEither() throws Exception {
    Application application =
        (request, response) -> {
          seen.add(String.valueOf(request.getHeader("Cookie")));
          seen.add(String.valueOf(request.getCookies() == null));
        };
    String request = post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD), "Cookie: a=b");

    call(guarded(), application, request);
    call(
        guarded().requestHeaderModifier(HeaderModifier.builder().remove("Cookie").build()),
        application,
        request);

    assertThat(seen).containsExactly("a=b", "false", "null", "true");
  }

  @Test
  void responses_areModified() throws Exception {
    Application application =
        (request, response) -> {
          response.setHeader("X-Powered-By", "magic");
          response.addHeader("x-powered-by", "more magic");
          response.setHeader("X-Frame-Options", "SAMEORIGIN");
          response.addIntHeader("X-Frame-Options", 7);
          response.setHeader("X-More", "1");
          response.setHeader("Vary", "Accept");
          response.setDateHeader("Last-Modified", 0);
        };
    HeaderModifier modifier =
        HeaderModifier.builder()
            .remove("X-Powered-By")
            .remove("Last-Modified")
            .set("X-Frame-Options", "DENY")
            .add("X-More", "2")
            .build();
    Route.Builder route = guarded().responseHeaderModifier(modifier);
    String request = post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD), "Origin: https://app.test");

    RawMessage plain = call(route, application, request);
    RawMessage withCors =
        call(
            route.cors(CorsPolicy.builder().allowOrigins("https://app.test").build()),
            application,
            request);

    assertThat(List.of(plain, withCors))
        .allSatisfy(
            answer -> {
              assertThat(answer.fields("X-Powered-By")).isEmpty();
              assertThat(answer.fields("Last-Modified")).isEmpty();
              assertThat(answer.fields("X-Frame-Options")).containsExactly("DENY");
              assertThat(answer.fields("X-More")).containsExactlyInAnyOrder("1", "2");
            });
    assertThat(withCors.field("Access-Control-Allow-Origin")).contains("https://app.test");
    assertThat(withCors.fields("Vary")).contains("Accept", "Origin");
  }
}
