package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.LiveGateway;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.http.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a process shall get requests. */
class HealthTest {
  private final AtomicReference<Optional<String>> missing =
      new AtomicReference<>(Optional.of("keys of somebody"));
  private final LiveGateway gateway =
      new LiveGateway(
          McpGateway.builder()
              .route(
                  Route.builder()
                      .authentication(
                          McpAuthentication.builder().verifier(new Verifier(missing)).build())
                      .build())
              .build());
  private final Health health = new Health(gateway);

  /** A verifier that says what the test wants. */
  private record Verifier(AtomicReference<Optional<String>> missing) implements TokenVerifier {
    @Override
    public CompletionStage<TokenVerification> verify(BearerToken token, RequestHead request) {
      return CompletableFuture.failedStage(new IllegalStateException("not asked for"));
    }

    @Override
    public List<String> issuers() {
      return List.of();
    }

    @Override
    public Optional<String> notReady() {
      Optional<String> said = missing.get();
      return said == null ? Optional.empty() : said;
    }
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void report_withoutKeys_isNotReadyAndSaysWhy() {
    assertThat(health.report().ready()).isFalse();
    assertThat(health.report().json()).contains("\"missing\":[\"keys of somebody\"]");
  }

  @Test
  void report_keysThatGetLostLater_areANote() {
    missing.set(Optional.empty());
    assertThat(health.report().ready()).isTrue();

    missing.set(Optional.of("keys of somebody"));

    assertThat(health.report().ready()).isTrue();
    assertThat(health.report().json()).contains("\"notes\":[\"keys of somebody\"]");
  }

  @Test
  void report_theEndAnnounced_isNotReadyWhateverWas() {
    missing.set(Optional.empty());
    assertThat(health.report().ready()).isTrue();

    health.ending();

    assertThat(health.report().ready()).isFalse();
    assertThat(health.report().json()).contains("about to end");
  }

  @Test
  void report_changeThatWasRefused_isANoteUntilOneIsTaken() {
    missing.set(Optional.empty());
    health.changed("f.yaml:1:2: no");
    assertThat(health.report().ready()).isTrue();
    assertThat(health.report().json()).contains("f.yaml:1:2: no");

    health.changed("");

    assertThat(health.report().json()).doesNotContain("f.yaml");
  }
}
