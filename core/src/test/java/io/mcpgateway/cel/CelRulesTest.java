package io.mcpgateway.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.authorization.AccessRequest;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.mcp.McpOperation;
import io.mcpgateway.mcp.McpOperation.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules in CEL: what they may say, what they permit, and that a failure denies. */
class CelRulesTest {
  private static final AuthenticatedPrincipal ALICE =
      new AuthenticatedPrincipal(
          "https://as.example",
          "alice",
          Set.of("mcp"),
          Map.of(
              "sub",
              "alice",
              "level",
              3,
              "realm_access",
              Map.of("roles", List.of("reader", "admin"))),
          Optional.empty());

  private static AccessRequest request(Kind kind, String method, String name) {
    return new AccessRequest(
        new McpOperation(method, kind, Optional.of(name), Optional.of("1")),
        Optional.of(ALICE),
        RequestHead.builder("POST", "/mcp")
            .authority("gw.example:9000")
            .scheme("https")
            .remoteAddress("203.0.113.9")
            .header("X-Team", "blue")
            .header("Authorization", "Bearer secret")
            .build(),
        "echo");
  }

  private static final AccessRequest TOOL = request(Kind.TOOL, "tools/call", "echo");
  private static final AccessRequest PROMPT = request(Kind.PROMPT, "prompts/get", "greet");
  private static final AccessRequest LIST =
      new AccessRequest(
          new McpOperation("tools/list", Kind.OTHER, Optional.empty(), Optional.of("1")),
          Optional.of(ALICE),
          TOOL.clientRequest(),
          "echo");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mcp.tool.name == 'echo'",
        "mcp.tool.name.startsWith('ec') && mcp.methodName == 'tools/call'",
        "mcp.tool.target == 'echo'",
        "has(mcp.tool)",
        "!has(mcp.prompt)",
        "mcp.prompt.name == 'x' || has(mcp.tool)",
        "jwt.sub == 'alice'",
        "jwt.level > 2 && jwt.level == 3",
        "has(jwt.sub) && !has(jwt.email)",
        "'admin' in jwt.realm_access.roles",
        "jwt['sub'] == 'alice'",
        "request.method == 'POST' && request.path == '/mcp' && request.scheme == 'https'",
        "request.host == 'gw.example'",
        "request.headers['x-team'] == 'blue'",
        "!('authorization' in request.headers)",
        "source.address == '203.0.113.9'",
        "mcp.tool.name.matches('^[a-e]ch.$')",
        "mcp.tool.name.upperAscii() == 'ECHO'",
        "sets.contains(['echo', 'add'], [mcp.tool.name])",
      })
  void allow_true_permits(String expression) {
    assertThat(CelRules.of(CelRule.allow(expression)).permits(TOOL)).isTrue();
    assertThat(CelRules.of(CelRule.require(expression)).permits(TOOL)).isTrue();
    assertThat(CelRules.of(CelRule.deny(expression)).permits(TOOL)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jwt.email == 'a@b'",
        "jwt.sub.email == 'x'",
        "jwt.level.startsWith('3')",
        "request.headers['x-none'] == 'a'",
        "jwt.sub < 3",
        "[1, 2][int(jwt.level)] == 1",
        "jwt.sub",
      })
  void ruleThatFails_denies_whateverItIs(String expression) {
    assertThat(CelRules.of(CelRule.allow(expression)).permits(TOOL)).isFalse();
    assertThat(CelRules.of(CelRule.require(expression)).permits(TOOL)).isFalse();
    assertThat(CelRules.of(CelRule.deny(expression)).permits(TOOL)).isFalse();
    assertThat(CelRules.of(CelRule.allow("true"), CelRule.deny(expression)).permits(TOOL))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mcp.tool.name ==",
        "mcp.tool.nmae == 'x'",
        "mcp.tool == 'x'",
        "tool.name == 'x'",
        "mcp.tool.name == 5",
        "mcp.tool.name",
        "mcp.tool.name.begins('x')",
        "request.cookies['x'] == 'y'",
        "'x' + 1 == 'x'",
      })
  void mistake_isRefusedWhenCompiled(String expression) {
    assertThatThrownBy(() -> CelRule.allow(expression))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a CEL condition");
  }

  @ParameterizedTest
  @CsvSource({
    "true, -, -, true",
    "false, -, -, false",
    "true, true, -, false",
    "true, false, -, true",
    "-, true, -, false",
    "-, false, -, true",
    "-, -, true, true",
    "-, -, false, false",
    "true, -, false, false",
    "false, -, true, false",
    "-, -, -, true",
  })
  void rules_areTakenTogether(String allow, String deny, String require, boolean permitted) {
    List<CelRule> rules =
        java.util.stream.Stream.of(
                rule(allow).map(CelRule::allow),
                rule(deny).map(CelRule::deny),
                rule(require).map(CelRule::require))
            .flatMap(Optional::stream)
            .toList();

    assertThat(CelRules.of(rules.toArray(CelRule[]::new)).permits(TOOL)).isEqualTo(permitted);
  }

  private static Optional<String> rule(String value) {
    return Optional.of(value).filter(text -> !text.equals("-"));
  }

  @Test
  void ruleAboutTools_permitsNoPrompt_andDeniesNone() {
    assertThat(CelRules.of(CelRule.allow("mcp.tool.name != 'x'")).permits(PROMPT)).isFalse();
    assertThat(CelRules.of(CelRule.require("mcp.tool.name != 'x'")).permits(PROMPT)).isFalse();
    assertThat(CelRules.of(CelRule.deny("mcp.tool.name == 'x'")).permits(PROMPT)).isTrue();
  }

  @Test
  void methodsWithoutName_areForRulesAboutMethods() {
    assertThat(CelRules.of(CelRule.allow("mcp.tool.name == 'x'")).permits(LIST)).isTrue();
    assertThat(CelRules.of(CelRule.require("jwt.sub == 'bob'")).permits(LIST)).isTrue();
    assertThat(CelRules.of(CelRule.deny("mcp.methodName == 'tools/list'")).permits(LIST)).isFalse();
    assertThat(
            CelRules.of(CelRule.require("mcp.methodName in ['initialize', 'tools/call']"))
                .permits(LIST))
        .isFalse();
    assertThat(CelRules.of(CelRule.deny("mcp.methodName == 'x' && jwt.none == 1")).permits(LIST))
        .isTrue();
  }
}
