package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.mcpgateway.json.Json;
import io.mcpgateway.testkit.GeneratedFile;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConfigSchemaTest {
  @Test
  void checkedInSchema_isTheGeneratedOne() throws Exception {
    GeneratedFile.isUpToDate(
        Samples.repository().resolve("docs/config-schema.json"), ConfigSchema.json());
  }

  @Test
  void checkedInReference_isTheGeneratedOne() throws Exception {
    GeneratedFile.isUpToDate(
        Samples.repository().resolve("docs/configuration.md"), ConfigReference.markdown());
  }

  @Test
  void json_isAValidSchema() throws Exception {
    Schema dialect =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(
                com.networknt.schema.SchemaLocation.of(
                    "https://json-schema.org/draft/2020-12/schema"));
    assertThat(dialect.validate(ConfigSchema.json(), com.networknt.schema.InputFormat.JSON))
        .isEmpty();
    assertThat(Json.readObject(ConfigSchema.json().getBytes(StandardCharsets.UTF_8)))
        .containsKeys("$schema", "$defs", "properties");
  }

  @Test
  void markdown_namesEveryKeyThatIsNotSupported() {
    assertThat(ConfigReference.markdown())
        .contains("`jwtAuth`", "`mcpGuardrails`", "`tcpRoutes`", "`adminAddr`", "(ours)");
  }
}
