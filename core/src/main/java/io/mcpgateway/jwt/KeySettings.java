package io.mcpgateway.jwt;

import io.mcpgateway.fetch.DocumentFetcher;
import io.mcpgateway.fetch.SecureUrl;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the configuration says that keys come from.
 *
 * @param url of a JWK set
 * @param inline a JWK set
 * @param file that holds a JWK set
 * @param allowInsecure whether plain http is fine for every host
 */
record KeySettings(
    Optional<String> url, Optional<String> inline, Optional<Path> file, boolean allowInsecure) {
  static final KeySettings DISCOVERED =
      new KeySettings(Optional.empty(), Optional.empty(), Optional.empty(), false);

  private static final Logger LOG = LoggerFactory.getLogger(KeySettings.class);

  KeySettings withUrl(String url) {
    return new KeySettings(Optional.of(url), inline, file, allowInsecure);
  }

  KeySettings withInline(String jwkSet) {
    return new KeySettings(url, Optional.of(jwkSet), file, allowInsecure);
  }

  KeySettings withFile(Path file) {
    return new KeySettings(url, inline, Optional.of(file), allowInsecure);
  }

  KeySettings allowingInsecure(boolean allow) {
    return new KeySettings(url, inline, file, allow);
  }

  /**
   * Opens the source; fetches nothing.
   *
   * @throws IllegalStateException when there is more than one
   * @throws IllegalArgumentException when it cannot be used
   */
  KeySource open(String issuer, Clock clock) {
    if (Stream.of(url, inline, file).filter(Optional::isPresent).count() > 1) {
      throw new IllegalStateException(
          "keys from several places (expected: at most one of jwksUrl, jwks, jwksFile)");
    }
    if (inline.isPresent()) {
      return fixed("jwks", inline.get().getBytes(StandardCharsets.UTF_8), "inline");
    }
    if (file.isPresent()) {
      return fixed("jwksFile: " + file.get(), read(file.get()), file.get().toString());
    }
    return remote(issuer, clock);
  }

  private static KeySource fixed(String setting, byte[] jwkSet, String description) {
    try {
      VerificationKeys keys = VerificationKeys.parse(jwkSet);
      keys.skipped().forEach(key -> LOG.warn("{}: skipped {}", setting, key));
      return KeySource.fixed(keys, description);
    } catch (UnusableKeyException unusable) {
      throw new IllegalArgumentException(
          setting + ": " + unusable.getMessage() + " (expected: a JWK set)", unusable);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "jwksFile: " + file + " (expected: a readable file)", unreadable);
    }
  }

  private KeySource remote(String issuer, Clock clock) {
    if (url.isPresent()) {
      KeyLocation location =
          KeyLocation.fixed(
              SecureUrl.parse(url.get(), allowInsecure)
                  .orElseThrow(() -> insecure("jwksUrl", url.get(), "")));
      return new RemoteKeys(location, new DocumentFetcher(), clock);
    }
    // RFC 8414, 2: https, no query, no fragment.
    URI issuerUrl =
        SecureUrl.parse(issuer, allowInsecure)
            .filter(parsed -> parsed.getRawQuery() == null)
            .orElseThrow(
                () -> insecure("issuer", issuer, ", no query; or keys by jwksUrl, jwks, jwksFile"));
    DocumentFetcher fetcher = new DocumentFetcher();
    return new RemoteKeys(
        new IssuerMetadata(issuer, issuerUrl, fetcher, allowInsecure, clock), fetcher, clock);
  }

  private static IllegalArgumentException insecure(String setting, String value, String more) {
    return new IllegalArgumentException(
        setting + ": " + SecureUrl.shown(value) + " (expected: " + SecureUrl.EXPECTED + more + ")");
  }
}
