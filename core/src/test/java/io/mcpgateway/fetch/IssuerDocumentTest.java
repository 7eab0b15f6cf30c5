package io.mcpgateway.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class IssuerDocumentTest {
  private static final String OAUTH = "/.well-known/oauth-authorization-server";
  private static final String OPENID = "/.well-known/openid-configuration";

  @Test
  void locations_withoutPath_twoForms() {
    for (String issuer : new String[] {"https://issuer.example", "https://issuer.example/"}) {
      assertThat(IssuerDocument.locations(URI.create(issuer)))
          .containsExactly(
              URI.create("https://issuer.example" + OAUTH),
              URI.create("https://issuer.example" + OPENID));
    }
  }

  @Test
  void locations_withPath_threeFormsInOrder() {
    for (String issuer :
        new String[] {"https://i.example:8443/a/b", "https://i.example:8443/a/b/"}) {
      assertThat(IssuerDocument.locations(URI.create(issuer)))
          .containsExactly(
              URI.create("https://i.example:8443" + OAUTH + "/a/b"),
              URI.create("https://i.example:8443" + OPENID + "/a/b"),
              URI.create("https://i.example:8443/a/b" + OPENID));
    }
  }
}
