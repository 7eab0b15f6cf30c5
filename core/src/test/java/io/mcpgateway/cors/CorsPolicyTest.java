package io.mcpgateway.cors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorsPolicyTest {
  private static final String APP = "https://app.example.com";
  private static final String PREFLIGHT_VARY =
      "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
  private static final String MCP_HEADERS =
      "Authorization, Content-Type, Accept, Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, "
          + "Mcp-Name, Last-Event-ID, DPoP";
  private static final CorsPolicy DEFAULTS = CorsPolicy.builder().allowOrigins(APP).build();

  private static RequestHead request(String method, String... headers) {
    RequestHead.Builder head = RequestHead.builder(method, "/mcp");
    for (int i = 0; i < headers.length; i += 2) {
      head.header(headers[i], headers[i + 1]);
    }
    return head.build();
  }

  private static Headers preflight(CorsPolicy policy, String requestedHeaders) {
    CorsDecision decision =
        policy.decide(
            request(
                "OPTIONS",
                "Origin",
                APP,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                requestedHeaders));
    assertThat(decision.preflight()).isTrue();
    return decision.responseHeaders();
  }

  @Test
  void decide_noOrigin_variesAllTheSame() {
    assertThat(DEFAULTS.decide(request("POST")))
        .isEqualTo(new CorsDecision(false, Headers.of("Vary", "Origin")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "DELETE", "PUT", "HEAD"})
  void decide_allowedOrigin_mayReadTheAnswer(String method) {
    assertThat(DEFAULTS.decide(request(method, "Origin", APP)))
        .isEqualTo(
            new CorsDecision(
                false,
                Headers.of(
                    "Vary", "Origin",
                    "Access-Control-Allow-Origin", APP,
                    "Access-Control-Expose-Headers",
                        "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, DPoP-Nonce")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "*",
        "https://evil.example",
        "https://app.example.com.evil.example",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com/",
        "https://app.example.com.",
        "https://app.example.com, https://evil.example"
      })
  void decide_foreignOrigin_getsNoFieldButVary(String origin) {
    assertThat(DEFAULTS.decide(request("POST", "Origin", origin)))
        .isEqualTo(new CorsDecision(false, Headers.of("Vary", "Origin")));
    assertThat(
            DEFAULTS.decide(
                request("OPTIONS", "Origin", origin, "Access-Control-Request-Method", "POST")))
        .isEqualTo(new CorsDecision(true, Headers.of("Vary", PREFLIGHT_VARY)));
  }

  @Test
  void decide_severalOrigins_areNobodys() {
    assertThat(DEFAULTS.decide(request("POST", "Origin", APP, "Origin", APP)))
        .isEqualTo(new CorsDecision(false, Headers.of("Vary", "Origin")));
    assertThat(
            DEFAULTS.decide(
                request(
                    "OPTIONS",
                    "Origin",
                    APP,
                    "Origin",
                    "https://evil.example",
                    "Access-Control-Request-Method",
                    "POST")))
        .isEqualTo(new CorsDecision(true, Headers.of("Vary", PREFLIGHT_VARY)));
  }

  @Test
  void decide_originInOtherSpelling_isEchoedAsItCame() {
    assertThat(
            DEFAULTS
                .decide(request("GET", "Origin", "https://APP.example.com:443"))
                .responseHeaders()
                .all("Access-Control-Allow-Origin"))
        .containsExactly("https://APP.example.com:443");
  }

  // Only a true preflight may be answered without a token.
  @ParameterizedTest
  @CsvSource({
    "OPTIONS, https://app.example.com, POST, true",
    "OPTIONS, https://evil.example, POST, true",
    "OPTIONS, https://app.example.com, '', false",
    "OPTIONS, https://app.example.com, ' ', false",
    "OPTIONS, https://app.example.com, , false",
    "OPTIONS, , POST, false",
    "OPTIONS, , , false",
    "GET, https://app.example.com, POST, false",
    "POST, https://app.example.com, POST, false",
    "HEAD, https://app.example.com, POST, false",
    "options, https://app.example.com, POST, false",
  })
  void decide_preflight_isOptionsWithOriginAndMethod(
      String method, String origin, String requestedMethod, boolean preflight) {
    RequestHead.Builder head = RequestHead.builder(method, "/mcp");
    if (origin != null) {
      head.header("Origin", origin);
    }
    if (requestedMethod != null) {
      head.header("Access-Control-Request-Method", requestedMethod);
    }
    assertThat(DEFAULTS.decide(head.build()).preflight()).isEqualTo(preflight);
  }

  @Test
  void decide_defaultPreflight_allowsWhatMcpClientsSend() {
    assertThat(preflight(DEFAULTS, "authorization,content-type,mcp-protocol-version"))
        .isEqualTo(
            Headers.of(
                "Vary", PREFLIGHT_VARY,
                "Access-Control-Allow-Origin", APP,
                "Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS",
                "Access-Control-Allow-Headers", MCP_HEADERS));
  }

  @Test
  void decide_mcpParamHeaders_areEchoedByName() {
    assertThat(
            preflight(DEFAULTS, "authorization, mcp-param-region,Mcp-Param-Tenant, x-other")
                .all("Access-Control-Allow-Headers"))
        .containsExactly(MCP_HEADERS + ", mcp-param-region, Mcp-Param-Tenant");
  }

  @Test
  void decide_explicitLists_areLiteral() {
    CorsPolicy policy =
        CorsPolicy.builder()
            .allowOrigins(APP)
            .allowMethods("GET", "PATCH")
            .allowHeaders("X-One", "x-two")
            .exposeHeaders("X-Three", "Mcp-Session-Id")
            .build();

    assertThat(preflight(policy, "authorization, mcp-param-region"))
        .isEqualTo(
            Headers.of(
                "Vary",
                PREFLIGHT_VARY,
                "Access-Control-Allow-Origin",
                APP,
                "Access-Control-Allow-Methods",
                "GET, PATCH",
                "Access-Control-Allow-Headers",
                "X-One, x-two"));
    assertThat(
            policy
                .decide(request("POST", "Origin", APP))
                .responseHeaders()
                .all("Access-Control-Expose-Headers"))
        .containsExactly("X-Three, Mcp-Session-Id");
  }

  @Test
  void decide_wildcards_mirrorWhatIsAsked() {
    CorsPolicy policy =
        CorsPolicy.builder()
            .allowOrigins("*")
            .allowMethods("*")
            .allowHeaders("*")
            .exposeHeaders("*")
            .build();

    assertThat(preflight(policy, " authorization ,,x-any"))
        .isEqualTo(
            Headers.of(
                "Vary",
                PREFLIGHT_VARY,
                "Access-Control-Allow-Origin",
                APP,
                "Access-Control-Allow-Methods",
                "POST",
                "Access-Control-Allow-Headers",
                "authorization, x-any"));
    assertThat(policy.decide(request("POST", "Origin", "null")).responseHeaders())
        .isEqualTo(
            Headers.of(
                "Vary", "Origin",
                "Access-Control-Allow-Origin", "null",
                "Access-Control-Expose-Headers", "*"));
  }

  @Test
  void decide_wildcardHeadersAndNoneAsked_namesNone() {
    CorsPolicy policy = CorsPolicy.builder().allowOrigins(APP).allowHeaders("*").build();

    assertThat(preflight(policy, "").contains("Access-Control-Allow-Headers")).isFalse();
  }

  @Test
  void decide_credentials_areAllowedToTheNamedOriginOnly() {
    CorsPolicy policy = CorsPolicy.builder().allowOrigins(APP).allowCredentials(true).build();

    assertThat(preflight(policy, "").all("Access-Control-Allow-Credentials"))
        .containsExactly("true");
    assertThat(
            policy
                .decide(request("POST", "Origin", APP))
                .responseHeaders()
                .all("Access-Control-Allow-Credentials"))
        .containsExactly("true");
    assertThat(policy.decide(request("POST", "Origin", "https://evil.example")).responseHeaders())
        .isEqualTo(Headers.of("Vary", "Origin"));
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0", "PT1.9S, 1", "PT10M, 600", "P1D, 86400"})
  void decide_maxAge_isSentInWholeSecondsOnPreflightsOnly(Duration maxAge, String seconds) {
    CorsPolicy policy = CorsPolicy.builder().allowOrigins(APP).maxAge(maxAge).build();

    assertThat(preflight(policy, "").all("Access-Control-Max-Age")).containsExactly(seconds);
    assertThat(
            policy
                .decide(request("POST", "Origin", APP))
                .responseHeaders()
                .contains("Access-Control-Max-Age"))
        .isFalse();
  }

  @Test
  void decide_severalOriginsConfigured_anyMatches() {
    CorsPolicy policy =
        CorsPolicy.builder().allowOrigins("http://localhost:6274", "https://*.example.com").build();

    for (String origin : List.of("http://localhost:6274", APP)) {
      assertThat(
              policy
                  .decide(request("GET", "Origin", origin))
                  .responseHeaders()
                  .all("Access-Control-Allow-Origin"))
          .containsExactly(origin);
    }
  }

  @Test
  void decide_noOriginConfigured_allowsNobody() {
    assertThat(CorsPolicy.builder().build().decide(request("GET", "Origin", APP)))
        .isEqualTo(new CorsDecision(false, Headers.of("Vary", "Origin")));
  }

  record Refusal(Consumer<CorsPolicy.Builder> settings, String message) {}

  static List<Refusal> refusals() {
    String names = " (expected: the names one by one)";
    return List.of(
        new Refusal(
            policy -> policy.allowOrigins("*").allowCredentials(true),
            "allowOrigins: * together with allowCredentials" + names),
        new Refusal(
            policy -> policy.allowHeaders("*").allowCredentials(true),
            "allowHeaders: * together with allowCredentials" + names),
        new Refusal(
            policy -> policy.allowMethods("GET", "*").allowCredentials(true),
            "allowMethods: * together with allowCredentials" + names),
        new Refusal(
            policy -> policy.exposeHeaders("*").allowCredentials(true),
            "exposeHeaders: * together with allowCredentials" + names),
        new Refusal(
            policy -> policy.maxAge(Duration.ofSeconds(-1)), "maxAge: PT-1S (expected: >= 0)"),
        new Refusal(
            policy -> policy.allowHeaders("a b"), "allowHeaders: a b (expected: a name, or *)"),
        new Refusal(
            policy -> policy.allowMethods("GET, POST"),
            "allowMethods: GET, POST (expected: a name, or *)"),
        new Refusal(
            policy -> policy.exposeHeaders("a\r\nb"),
            "exposeHeaders: a\r\nb (expected: a name, or *)"),
        new Refusal(
            policy -> policy.allowOrigins("https://a.example/"),
            "allowOrigins: https://a.example/"
                + " (expected: *, or scheme://host[:port] without a path)"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void build_wrongCombination_isRefusedWithTheExpectation(Refusal refusal) {
    CorsPolicy.Builder policy = CorsPolicy.builder().allowOrigins(APP);
    refusal.settings().accept(policy);

    assertThatThrownBy(policy::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(refusal.message());
  }

  @Test
  void accessors_afterBuild_giveWhatWasSet() {
    String[] origins = {APP};
    CorsPolicy.Builder builder =
        CorsPolicy.builder()
            .allowOrigins(origins)
            .allowHeaders("A")
            .allowMethods("GET")
            .exposeHeaders("B")
            .allowCredentials(true)
            .maxAge(Duration.ofMinutes(1));
    CorsPolicy policy = builder.build();
    origins[0] = "https://evil.example";
    builder.allowOrigins("https://evil.example").allowCredentials(false);

    assertThat(policy.allowOrigins()).containsExactly(APP);
    assertThat(policy.allowHeaders()).containsExactly("A");
    assertThat(policy.allowMethods()).containsExactly("GET");
    assertThat(policy.exposeHeaders()).containsExactly("B");
    assertThat(policy.allowCredentials()).isTrue();
    assertThat(policy.maxAge()).contains(Duration.ofMinutes(1));
  }
}
