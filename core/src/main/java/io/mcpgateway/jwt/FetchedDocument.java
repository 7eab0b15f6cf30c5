package io.mcpgateway.jwt;

import java.time.Duration;

/** The body of a good response, and how long it may be kept. */
final class FetchedDocument {
  private final byte[] content;
  private final Duration lifetime;

  FetchedDocument(byte[] content, Duration lifetime) {
    this.content = content;
    this.lifetime = lifetime;
  }

  /** The body; not copied. */
  byte[] content() {
    return content;
  }

  Duration lifetime() {
    return lifetime;
  }
}
