package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.mcpgateway.config.Samples.Sample;
import io.mcpgateway.json.Json;
import io.mcpgateway.testkit.GeneratedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Configuration in, normalised model or exact complaints out, compared with checked-in files. */
class SamplesTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(ConfigSchema.json());

  static List<Path> good() {
    return Samples.good();
  }

  static List<Path> bad() {
    return Samples.bad();
  }

  static List<Path> badMeaning() {
    return Samples.badMeaning();
  }

  static List<Sample> all() throws IOException {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("good")
  void read_goodSample_describesWhatWouldRun(Path file) throws Exception {
    try (GatewayConfig config = GatewayConfig.read(file, Samples.ENVIRONMENT)) {
      GeneratedFile.isUpToDate(
          Samples.expectation(file), Samples.withoutDirectory(config.describe()));
    }
  }

  @ParameterizedTest
  @MethodSource({"bad", "badMeaning"})
  void read_badSample_tellsEveryMistakeWithItsPlace(Path file) throws Exception {
    List<ConfigProblem> problems = problemsOf(file);
    String told = problems.stream().map(p -> p + "\n").collect(Collectors.joining());
    assertThat(told).doesNotContain("canary");
    GeneratedFile.isUpToDate(Samples.expectation(file), Samples.withoutDirectory(told));
  }

  private static List<ConfigProblem> problemsOf(Path file) {
    try {
      GatewayConfig.read(file, Samples.ENVIRONMENT).close();
      return List.of();
    } catch (ConfigException refused) {
      return refused.problems();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void everySample_readerAndSchemaAcceptIt(Sample sample) throws Exception {
    assertThat(schemaErrors(sample.text())).isEmpty();
    if (sample.name().endsWith("ml")) {
      GatewayConfig.read(sample.file(), Samples.ENVIRONMENT, GatewayConfig.Use.FILTER).close();
    } else {
      GatewayConfig.parse(
              sample.text(), sample.name(), Samples.ENVIRONMENT, GatewayConfig.Use.FILTER)
          .close();
    }
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badSample_schemaRefusesItToo(Path file) throws Exception {
    assertThat(schemaErrors(Files.readString(file))).isNotEmpty();
  }

  @Test
  void theSamplesOfAgentgatewayAreAmongThem() {
    assertThat(Samples.good())
        .extracting(file -> file.getFileName().toString())
        .contains("agentgateway-open.yaml", "agentgateway-auth.yaml");
  }

  private static List<Error> schemaErrors(String yaml) {
    Object loaded =
        new Load(LoadSettings.builder().setSchema(new CoreSchema()).build()).loadFromString(yaml);
    return SCHEMA.validate(Json.write(loaded), InputFormat.JSON);
  }
}
