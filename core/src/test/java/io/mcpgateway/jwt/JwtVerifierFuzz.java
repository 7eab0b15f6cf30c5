package io.mcpgateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestKey;
import io.mcpgateway.testkit.TestToken;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Tokens, verified with a fixed set of keys. The first line of an input says what it is:
 *
 * <ul>
 *   <li>{@code token}: the rest is the token. It is refused: nobody can sign.
 *   <li>{@code edit}: each line is a place and the text that stands there instead, in a good token.
 *       It is refused unless nothing was changed.
 *   <li>{@code signed}: the second line is the header, the rest the claims, and the signature is
 *       good. It is accepted only where another reader of both finds nothing wrong.
 * </ul>
 */
public final class JwtVerifierFuzz {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final TestKey KEY = TestKey.ec("ec");
  private static final String ISSUER = "https://as.example.com";
  private static final TestToken SIGNER;
  private static final JwtVerifier VERIFIER;

  static {
    try (TestIssuer issuer = TestIssuer.start()) {
      issuer.publish(List.of(KEY.jwk(), TestKey.rsa("rsa").jwk(), TestKey.ed25519("ed").jwk()));
      SIGNER = issuer.token().key(KEY);
      VERIFIER =
          JwtVerifier.builder()
              .issuer(ISSUER)
              .audiences(Verifying.AUDIENCE)
              .jwks(issuer.jwks())
              .clock(Clock.fixed(NOW, ZoneOffset.UTC))
              .build();
    }
  }

  private static final String GOOD =
      sign(
          "{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"at+jwt\"}",
          "{\"iss\":\"%s\",\"aud\":\"%s\",\"exp\":%d}"
              .formatted(ISSUER, Verifying.AUDIENCE, NOW.getEpochSecond() + 60));
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private JwtVerifierFuzz() {}

  private static String sign(String header, String claims) {
    return SIGNER.sign(
        header.getBytes(StandardCharsets.ISO_8859_1), claims.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    int line = text.indexOf('\n');
    String kind = line < 0 ? "" : text.substring(0, line);
    String rest = text.substring(line + 1);
    switch (kind) {
      case "edit" -> {
        String edited = edited(rest);
        assertThat(verify(edited) instanceof Verified).isEqualTo(edited.equals(GOOD));
      }
      case "signed" -> signed(rest);
      default -> assertThat(verify(rest)).isInstanceOf(Rejected.class);
    }
  }

  private static TokenVerification verify(String token) {
    CompletableFuture<TokenVerification> verification = Verifying.start(VERIFIER, token);
    assertThat(verification).as("no key has to be fetched").isCompleted();
    TokenVerification outcome = verification.join();
    if (outcome instanceof Rejected rejected) {
      assertThat(Arrays.stream(Refusal.values()).map(Refusal::outcome)).contains(rejected);
    }
    return outcome;
  }

  private static String edited(String edits) {
    StringBuilder token = new StringBuilder(GOOD);
    for (String edit : edits.lines().limit(20).toList()) {
      int blank = edit.indexOf(' ');
      String place = blank < 0 ? edit : edit.substring(0, blank);
      if (place.matches("[0-9]{1,4}")) {
        String by = blank < 0 ? "" : edit.substring(blank + 1);
        int start = Math.min(Integer.parseInt(place), token.length());
        int end = Math.min(start + Math.max(1, by.length()), token.length());
        token.replace(start, end, by);
      }
    }
    return token.toString();
  }

  private static void signed(String document) {
    int line = document.indexOf('\n');
    String header = document.substring(0, Math.max(0, line));
    String claims = document.substring(line + 1);
    if (verify(sign(header, claims)) instanceof Verified verified) {
      JsonNode readHeader = read(header);
      JsonNode readClaims = read(claims);
      assertThat(readHeader.path("alg").asText()).isEqualTo("ES256");
      assertThat(readHeader.path("kid").asText("ec")).isEqualTo("ec");
      assertThat(readHeader.path("typ").asText("jwt").toLowerCase(Locale.ROOT))
          .isIn("jwt", "at+jwt", "application/at+jwt");
      assertThat(Stream.of("crit", "b64", "zip").anyMatch(readHeader::has)).isFalse();
      assertThat(readClaims.path("iss").textValue()).isEqualTo(ISSUER);
      JsonNode audience = readClaims.path("aud");
      Stream<String> audiences =
          audience.isArray()
              ? Stream.iterate(0, i -> i < audience.size(), i -> i + 1)
                  .map(i -> audience.get(i).asText())
              : Stream.of(audience.asText());
      assertThat(audiences).contains(Verifying.AUDIENCE);
      assertThat(readClaims.path("exp").isNumber()).isTrue();
      assertThat(readClaims.path("exp").doubleValue())
          .isGreaterThan((double) (NOW.getEpochSecond() - 61));
      assertThat(verified.principal().issuer()).isEqualTo(ISSUER);
    }
  }

  private static JsonNode read(String json) {
    try {
      return STRICT.readTree(
          new String(json.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    } catch (JsonProcessingException malformed) {
      throw new AssertionError("accepted, and no JSON", malformed);
    }
  }
}
