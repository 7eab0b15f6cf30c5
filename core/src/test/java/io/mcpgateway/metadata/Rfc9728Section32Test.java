package io.mcpgateway.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RFC 9728, 3.2: the metadata document. */
class Rfc9728Section32Test {
  private static final RequestHead REQUEST =
      RequestHead.builder("GET", "/.well-known/oauth-protected-resource").build();
  private static final PublicOrigin ORIGIN =
      new PublicOrigin("https", "resource.example.com", "", "203.0.113.9", false);

  private static String document(ResourceMetadata metadata, String... issuers) {
    return metadata.document(REQUEST, "/", ORIGIN, List.of(issuers));
  }

  @Test
  void document_exampleOfTheSection_isWrittenAsThere() {
    ResourceMetadata metadata =
        ResourceMetadata.builder()
            .resource("https://resource.example.com")
            .authorizationServers("https://as1.example.com", "https://as2.example.net")
            .bearerMethodsSupported("header", "body")
            .scopesSupported("profile", "email", "phone")
            .parameter(
                "resource_documentation",
                "https://resource.example.com/resource_documentation.html")
            .build();

    assertThat(document(metadata))
        .isEqualTo(
            "{\"resource\":\"https://resource.example.com\","
                + "\"authorization_servers\":"
                + "[\"https://as1.example.com\",\"https://as2.example.net\"],"
                + "\"bearer_methods_supported\":[\"header\",\"body\"],"
                + "\"scopes_supported\":[\"profile\",\"email\",\"phone\"],"
                + "\"resource_documentation\":"
                + "\"https://resource.example.com/resource_documentation.html\"}");
  }

  // "Parameters with zero values MUST be omitted from the response."
  @Test
  void document_parametersWithZeroValues_areOmitted() {
    ResourceMetadata metadata =
        ResourceMetadata.builder()
            .authorizationServers()
            .scopesSupported()
            .parameter("resource_signing_alg_values_supported", List.of())
            .build();

    assertThat(document(metadata)).isEqualTo("{\"resource\":\"https://resource.example.com\"}");
  }

  // Section 2: "The empty array [] can be used to indicate that no bearer methods are supported."
  @Test
  void document_noBearerMethods_isSaid() {
    assertThat(document(ResourceMetadata.builder().bearerMethodsSupported().build()))
        .isEqualTo(
            "{\"resource\":\"https://resource.example.com\",\"bearer_methods_supported\":[]}");
  }

  // "Multi-valued parameters are represented as JSON arrays", also with one value.
  @Test
  void document_oneIssuer_isAnArray() {
    assertThat(document(ResourceMetadata.builder().build(), "https://as.example.com"))
        .isEqualTo(
            "{\"resource\":\"https://resource.example.com\","
                + "\"authorization_servers\":[\"https://as.example.com\"]}");
  }

  @Test
  void document_anyParameter_keepsItsNameAndType() {
    ResourceMetadata metadata =
        ResourceMetadata.builder()
            .parameter("resource_name#it", "Il mio \"server\"")
            .parameter("dpop_bound_access_tokens_required", false)
            .parameter("x_number", 9007199254740993L)
            .parameter("x_object", Map.of("a", List.of(1)))
            .parameter("camelCase", "as it is")
            .build();

    assertThat(document(metadata))
        .isEqualTo(
            "{\"resource\":\"https://resource.example.com\","
                + "\"resource_name#it\":\"Il mio \\\"server\\\"\","
                + "\"dpop_bound_access_tokens_required\":false,"
                + "\"x_number\":9007199254740993,"
                + "\"x_object\":{\"a\":[1]},"
                + "\"camelCase\":\"as it is\"}");
  }
}
