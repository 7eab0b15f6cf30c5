package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mcpgateway.config.Node.Mapping;
import io.mcpgateway.config.Node.Scalar;
import io.mcpgateway.config.Node.ScalarType;
import io.mcpgateway.config.Node.Sequence;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused before the grammar is asked, and how values are read. */
class NodeReaderTest {
  private static final Duration AT_ONCE = Duration.ofSeconds(5);

  private static List<String> problemsOf(String yaml) {
    Problems problems = new Problems("f");
    NodeReader.read(yaml, new Variables(Map.of()), problems);
    try {
      problems.throwIfAny();
      return List.of();
    } catch (ConfigException told) {
      return told.problems().stream().map(ConfigProblem::toString).toList();
    }
  }

  private static Node nodeOf(String yaml) {
    Problems problems = new Problems("f");
    Optional<Node> node = NodeReader.read(yaml, new Variables(Map.of("V", "a: 1\nb")), problems);
    assertThat(problems.isEmpty()).isTrue();
    return node.orElseThrow();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments("", "f:1:1: empty (expected: an object)"),
        arguments("# nothing\n", "f:1:1: empty (expected: an object)"),
        arguments("a: 1\n---\nb: 2\n", "f:2:1: a second document (expected: one per file)"),
        arguments("a: 1\n...\n---\nb", "f:3:1: a second document (expected: one per file)"),
        arguments("a: 1\nb: 2\na: 3\n", "f:3:1: a: given twice (first at f:1:1)"),
        arguments("{\"a\": {\"b\": 1, \"b\": 1}}", "f:1:16: a.b: given twice (first at f:1:8)"),
        arguments("a: *b\n", "f:1:4: a: alias *b (expected: &b complete before it)"),
        arguments("a: &a [1, *a]\n", "f:1:11: a[1]: alias *a (expected: &a complete before it)"),
        arguments("a: !!int 5\n", tag("f:1:4: a", "tag:yaml.org,2002:int")),
        arguments("a: !x {b: 1}\n", tag("f:1:4: a", "!x")),
        arguments(
            "!!javax.script.ScriptEngineManager [x]\n",
            tag("f:1:1", "tag:yaml.org,2002:javax.script.ScriptEngineManager")),
        arguments("? [a]\n: b\n", "f:1:3: a key that is no plain text (expected: a name)"),
        arguments("a: b: c\n", "f:1:5: malformed YAML: mapping values are not allowed here"),
        arguments("a: \"x\n", "f:2:1: malformed YAML: found unexpected end of stream"),
        arguments("a: x\nb: \u0007\n", "f:2:4: malformed YAML: character U+0007 is not allowed"));
  }

  private static String tag(String at, String tag) {
    return at + ": tag " + tag + " (expected: a value without a tag)";
  }

  @ParameterizedTest
  @MethodSource("refused")
  void read_notAPlainDocument_tellsWhere(String yaml, String problem) {
    assertThat(problemsOf(yaml)).containsExactly(problem);
  }

  @Test
  void read_moreAliasesThanAFileNeeds_refuses() {
    String aliases = String.join(", ", IntStream.range(0, 51).mapToObj(i -> "*a").toList());
    assertThat(problemsOf("a: &a 1\nb: [" + aliases + "]\n"))
        .containsExactly("f:2:205: b[50]: too many aliases (expected: at most 50 in a file)");
  }

  @Test
  void read_aliasBomb_refusesBeforeItUnfolds() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x]\n");
    for (int level = 1; level <= 8; level++) {
      String inner = "*a" + (level - 1);
      bomb.append("a%d: &a%d [%s]\n".formatted(level, level, String.join(", ", six(inner))));
    }
    long started = System.nanoTime();
    assertThat(problemsOf(bomb.toString()))
        .containsExactly(
            "f:7:10: a6[0]: too many values (expected: at most 100000, aliases unfolded)");
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(AT_ONCE);
  }

  private static List<String> six(String text) {
    return List.of(text, text, text, text, text, text);
  }

  @Test
  void read_variablesInAliasedValues_areReplacedOnce() {
    String text = "a: &a \"${V}\"\nb: *a\n";
    Mapping root = (Mapping) nodeOf(text);
    assertThat(root.entries().get(1).value()).isSameAs(root.entries().get(0).value());
  }

  @Test
  void read_deepNesting_refusesWithoutRecursingIntoIt() {
    assertThat(problemsOf("[".repeat(500_000)))
        .containsExactly(
            "f:1:51: " + "[0]".repeat(50) + ": nested too deeply (expected: at most 50 levels)");
    assertThat(nodeOf("[".repeat(50) + "]".repeat(50))).isInstanceOf(Sequence.class);
  }

  @Test
  void read_tooManyValues_refuses() {
    assertThat(problemsOf("[" + "1,".repeat(200_000) + "]"))
        .singleElement()
        .asString()
        .endsWith(": too many values (expected: at most 100000, aliases unfolded)");
  }

  @Test
  void read_tooLong_refusesBeforeParsing() {
    assertThat(problemsOf("a: [" + " ".repeat(NodeReader.MAX_LENGTH)))
        .containsExactly("f:1:1: too long (expected: at most 1048576 characters)");
  }

  @Test
  void read_manyProblems_tellsTheFirstFifty() {
    StringBuilder yaml = new StringBuilder("a: 1\n");
    for (int i = 0; i < 60; i++) {
      yaml.append("a: ").append(i).append('\n');
    }
    assertThat(problemsOf(yaml.toString()))
        .hasSize(51)
        .endsWith("f:52:1: 10 more problems from here on");
  }

  @Test
  void read_variable_cannotChangeTheStructure() {
    Mapping root = (Mapping) nodeOf("x: ${V}\n");
    assertThat(root.entries()).hasSize(1);
    assertThat(root.entries().get(0).value())
        .isEqualTo(new Scalar(new Place(1, 4), "a: 1\nb", ScalarType.STRING));
  }

  @Test
  void read_columns_countCharactersAsEditorsDo() {
    assertThat(problemsOf("\"é\uD83D\uDE00\": 1\n\"é\uD83D\uDE00\": {a: 1, a: 2}\n"))
        .first()
        .asString()
        .startsWith("f:2:1: ");
  }

  @Test
  void read_byteOrderMark_isNoPartOfTheText() {
    assertThat(((Mapping) nodeOf("\uFEFFa: 1\n")).entries().get(0).key()).isEqualTo("a");
  }

  @Test
  void read_keysWithVariables_stayAsTheyAre() {
    assertThat(((Mapping) nodeOf("${V}: 1\n")).entries().get(0).key()).isEqualTo("${V}");
  }

  @Test
  void read_plainAndQuotedValues_haveTheirTypes() {
    Sequence list = (Sequence) nodeOf("[1, '1', true, 'true', ~, null, '', yes, 1.5, .inf, 0x1]");
    assertThat(list.items())
        .extracting(node -> ((Scalar) node).type())
        .containsExactly(
            ScalarType.NUMBER,
            ScalarType.STRING,
            ScalarType.BOOLEAN,
            ScalarType.STRING,
            ScalarType.NULL,
            ScalarType.NULL,
            ScalarType.STRING,
            ScalarType.STRING,
            ScalarType.NUMBER,
            ScalarType.NUMBER,
            ScalarType.NUMBER);
  }
}
