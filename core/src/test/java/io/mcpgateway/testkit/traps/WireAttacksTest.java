package io.mcpgateway.testkit.traps;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.testkit.GeneratedFile;
import io.mcpgateway.testkit.traps.WireAttack.Outcomes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/http-attacks.md has the attacks that {@link WireTraps} plays. */
class WireAttacksTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "http-attacks.md");
  private static final int EXAMPLES = 3;

  @Test
  void attacks_areAsManyAsTheFamiliesNeed() {
    assertThat(named("CL.TE")).hasSizeGreaterThanOrEqualTo(44);
    assertThat(named("TE.CL")).hasSizeGreaterThanOrEqualTo(44);
    assertThat(named("`Content-Length`")).hasSizeGreaterThanOrEqualTo(23);
    assertThat(named("a chunked body")).hasSizeGreaterThanOrEqualTo(25);
    assertThat(TargetAttacks.all().stream().map(WireAttack::line).distinct())
        .hasSizeGreaterThanOrEqualTo(62);
  }

  private static List<WireAttack> named(String line) {
    return WireAttacks.all().stream().filter(attack -> attack.line().equals(line)).toList();
  }

  @Test
  void document_showsTheAttacks() throws Exception {
    StringBuilder text =
        new StringBuilder(INTRODUCTION.replace("${count}", "" + WireAttacks.all().size()));
    Map<String, List<WireAttack>> families =
        WireAttacks.all().stream()
            .collect(
                Collectors.groupingBy(WireAttack::family, LinkedHashMap::new, Collectors.toList()));
    families.forEach(
        (family, attacks) -> {
          text.append("\n## ").append(family).append("\n\n").append(HEAD);
          lines(attacks).forEach((line, alike) -> text.append(row(line, alike)));
        });

    GeneratedFile.isUpToDate(DOCUMENT, text.toString());
  }

  /** What has the same outcome everywhere is one line. */
  private record Line(String what, Outcomes outcomes) {}

  private static Map<Line, List<WireAttack>> lines(List<WireAttack> attacks) {
    return attacks.stream()
        .collect(
            Collectors.groupingBy(
                attack -> new Line(isPath(attack) ? "a path" : attack.line(), attack.outcomes()),
                LinkedHashMap::new,
                Collectors.toList()));
  }

  private static boolean isPath(WireAttack attack) {
    return attack.family().equals(TargetAttacks.FAMILY);
  }

  private static String row(Line line, List<WireAttack> alike) {
    List<String> names =
        alike.stream()
            .map(attack -> isPath(attack) ? attack.line() : attack.name())
            .distinct()
            .toList();
    Outcomes outcomes = line.outcomes();
    return "| %s | %s | %s | %s | %s |\n"
        .formatted(
            names.equals(List.of(line.what())) ? line.what() : line.what() + ": " + examples(names),
            outcomes.launcher(),
            outcomes.jetty(),
            outcomes.tomcat(),
            outcomes.undertow());
  }

  private static String examples(List<String> names) {
    String first =
        names.stream()
            .limit(EXAMPLES)
            .map(name -> name.isEmpty() ? "(none)" : "`" + name.replace("|", "\\|") + "`")
            .collect(Collectors.joining(", "));
    return names.size() > EXAMPLES ? first + " and " + (names.size() - EXAMPLES) + " more" : first;
  }

  private static final String INTRODUCTION =
      """
      # What comes of attacks on HTTP

      ${count} requests in bytes, each played on the launcher and on a filter in Jetty, in Tomcat and in Undertow as they come, in
      front of a backend that notes every byte. Whatever is answered: the backend has seen whole requests of HTTP/1.1 only, one for
      each 200, with one length each, no field of another hop, and nothing of what was smuggled; no answer is a 500 but one of
      Undertow's own, and the next client is served. `WireTraps` in the test kit plays them; this page is written by
      `mvn -pl core test -Dtest=WireAttacksTest -Dconfig.update=true`, and the build fails when it differs.

      **Who decides.** The container reads the request from the wire: framing, line ends, characters of names and values, sizes,
      `Expect`, upgrades, and which `Host` is one. The gateway decides about what is left: paths and authorities that can be read
      in two ways (400), methods that it does not pass on or that are not in upper case (501), `Transfer-Encoding` in HTTP/1.0
      (400), hosts and paths without a route (404), tokens (400, 401), and lengths (413). In the launcher the container is Jetty in
      its strict mode, so that its part is known; for a filter it is that of the application, and the columns show what three of
      them do without any setting. `200` without a word behind it is the backend's answer: the request was harmless, or became so,
      since the gateway writes the request to the backend anew. Several answers are several requests to the container, too: what
      follows a body is the next request on the connection. `closed` is a connection that ends without an answer, `silence` none
      within a second, `101` the change to HTTP/2, in which the request is answered then. Tomcat may owe the answer to a body in
      chunks when a next request comes with it in one piece; no client of MCP sends requests so.

      **What a filter cannot refuse**, for the container has settled it before:

      - a line that ends with a bare LF (Jetty, Tomcat), folded lines (Tomcat and Undertow make one of them);
      - `Transfer-Encoding` beside `Content-Length` (Tomcat drops the length, and closes the connection behind it);
      - user information and tabs in the request line, a port over 65535 in `Host` (Tomcat); another port in the target than in
        `Host`, versions that are none, and expectations that nobody knows (Undertow);
      - a target `https://...` on a plain connection, which Jetty takes for the scheme of the request:
        `X-Forwarded-Proto` then says so. The launcher goes by the connection;
      - chunks that are none: Undertow reads a size up to what is no digit, ends lines at a bare CR or LF, and skips what stands
        between two chunks. The backend gets chunks of the gateway's own;
      - a length over 2^64: Undertow goes by its remainder, answers 500, and takes the rest for the next request. Where another
        proxy in front of Undertow counts otherwise, that request is somebody's: let that proxy refuse such lengths;
      - bytes behind a request that are none, while its answer is still to come: Undertow answers 400, and not to the request,
        which the backend may have got.

      **`Upgrade`** goes to no backend, whatever it names, so that there is never a tunnel to one. Servers that speak HTTP/2 in
      clear change to it for `h2c`, as the launcher does: each request in there passes the gateway as any other, and the one that
      asked for it, too. A proxy in front that passes `Upgrade: h2c` on sees nothing of them any more; its own rules for paths then
      hold for the first one only.
      """;

  private static final String HEAD =
      """
      | attack | launcher | filter on Jetty | filter on Tomcat | filter on Undertow |
      |---|---|---|---|---|
      """;
}
