package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * F1, F2: the gateway asks about trust where it is safe to ask. Any other address is refused when
 * the configuration is read, with its place, and without the password in it.
 */
class TrustedAddressesTest {
  private static final String BEFORE =
      """
      mcp:
        targets: [{name: m, mcp: {host: "localhost:8000"}}]
        policies:
      """;

  /** Where a configuration names such an address. */
  private enum Place {
    KEYS(
        "mcpAuthentication.jwksUrl",
        "mcpAuthentication: {issuer: 'https://as.example', audiences: [a], jwksUrl: '%s'}",
        ", allowInsecureKeyUrls: true}"),
    ISSUER(
        "mcpAuthentication.issuer",
        "mcpAuthentication: {audiences: [a], issuer: '%s'}",
        ", allowInsecureKeyUrls: true}"),
    PROVIDER(
        "mcpAuthentication.issuer",
        "mcpAuthentication: {audiences: [a], jwksUrl: 'https://as.example/keys', provider:"
            + " {keycloak: {}}, issuer: '%s'}",
        ", allowInsecureKeyUrls: true}"),
    INTROSPECTION(
        "mcpAuthentication.introspection.url",
        "mcpAuthentication: {issuer: 'https://as.example', audiences: [a], introspection:"
            + " {clientId: c, clientSecret: s, url: '%s'}}",
        "}"),
    CREDENTIALS(
        "backendAuth.clientCredentials.tokenUrl",
        "backendAuth: {clientCredentials: {clientAuth: {clientId: c, clientSecret: s},"
            + " tokenUrl: '%s'}}",
        ", allowInsecureTokenUrl: true}}");

    private final String key;
    private final String policy;
    private final String insecureEnd;

    Place(String key, String policy, String insecureEnd) {
      this.key = "mcp.policies." + key;
      this.policy = policy;
      this.insecureEnd = insecureEnd;
    }

    /** What is wrong with a configuration that names an address here. */
    private List<String> problems(String address) {
      return problemsOf(policy.formatted(address));
    }

    private List<String> problemsWherePlainHttpIsAllowed(String address) {
      String text = policy.formatted(address);
      return problemsOf(text.replaceFirst("}+$", insecureEnd));
    }

    private List<String> problemsOf(String text) {
      try (GatewayConfig config =
          GatewayConfig.parse(BEFORE + "    " + text + "\n", "f", Map.of())) {
        return List.of();
      } catch (ConfigException refused) {
        return refused.problems().stream().map(ConfigProblem::toString).toList();
      }
    }
  }

  private static final List<String> UNSAFE =
      List.of(
          "http://as.example.com/x",
          "http://10.0.0.1/x",
          "http://localhost.evil.example/x",
          "http://127.0.0.1.nip.io/x",
          "http://127.0.0.1@evil.example/x",
          "https://user:canary@as.example.com/x",
          "https://user:canary@a@as.example.com/x",
          "https://as.example.com/x#y",
          "https://169.254.169.254/latest/meta-data",
          "http://169.254.169.254/latest/meta-data",
          "https://[fe80::1]/x",
          "https://[fe80::1%25eth0]/x",
          "https://[::ffff:169.254.169.254]/x",
          "https://0.0.0.0/x",
          "https://[::]/x",
          "https://224.0.0.1/x",
          "https://[ff02::1]/x",
          "https://2852039166/x",
          "https://0xa9fea9fe/x",
          "https://169.254.43518/x",
          "https://[::55555555555.1]/x",
          "ftp://as.example.com/x",
          "file:///etc/passwd",
          "jar:https://as.example.com/x!/y",
          "https:///x",
          "//as.example.com/x",
          "as.example.com",
          "https://as.example.com:port/x",
          "https://as.example.com\\@evil.example/x");

  static Stream<Arguments> unsafe() {
    return Stream.of(Place.values())
        .flatMap(place -> UNSAFE.stream().map(address -> Arguments.of(place, address)));
  }

  @ParameterizedTest
  @MethodSource("unsafe")
  void f1_f2_addressThatIsNotSafe_isRefusedWithItsPlace(Place place, String address) {
    assertThat(place.problems(address))
        .singleElement()
        .asString()
        .matches("f:4:\\d+: \\Q" + place.key + ": \\E.*expected: an https URL.*")
        .doesNotContain("canary");
  }

  @ParameterizedTest
  @EnumSource
  void f1_f2_addressThatIsSafe_isTaken(Place place) {
    for (String address :
        List.of(
            "https://as.example.com/x",
            "https://10.0.0.1:8443/x",
            "http://localhost:8080/x",
            "http://127.0.0.1/x",
            "http://[::1]:1/x")) {
      assertThat(place.problems(address)).as(address).isEmpty();
    }
  }

  // Plain http to a host that the operator trusts is one thing, a cloud's metadata another.
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INTROSPECTION")
  void f1_f2_linkLocalAddress_isRefusedEvenWherePlainHttpIsAllowed(Place place) {
    assertThat(place.problemsWherePlainHttpIsAllowed("http://as.internal/x")).isEmpty();
    assertThat(place.problemsWherePlainHttpIsAllowed("http://169.254.169.254/x")).hasSize(1);
    assertThat(place.problemsWherePlainHttpIsAllowed("http://[fe80::1]/x")).hasSize(1);
  }
}
