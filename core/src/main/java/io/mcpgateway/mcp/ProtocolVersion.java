package io.mcpgateway.mcp;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The revisions of MCP, as {@code MCP-Protocol-Version} spells them. */
public final class ProtocolVersion {
  /** The first revision without sessions; every request says what it is. */
  public static final String STATELESS = "2026-07-28";

  private static final Set<String> STATEFUL =
      Set.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

  /** No version at all is meant to be 2025-03-26 (MCP 2025-11-25, Protocol Version Header). */
  private static final Set<String> WITH_BATCHES = Set.of("2024-11-05", "2025-03-26");

  private ProtocolVersion() {}

  /**
   * Tells whether a request is of a revision that has sessions. Whatever is not known to be is not:
   * later revisions have none either.
   *
   * @param clientRequest its header fields
   */
  public static boolean hasSessions(Headers clientRequest) {
    List<String> declared = clientRequest.all(HeaderNames.MCP_PROTOCOL_VERSION);
    return declared.isEmpty() || STATEFUL.contains(declared.get(0));
  }

  /**
   * Tells whether a version is of the revisions with sessions.
   *
   * @param version what a header field or a message says
   */
  static boolean isStateful(String version) {
    return STATEFUL.contains(version);
  }

  /**
   * Tells whether a body may hold several messages.
   *
   * @param declared the header field; empty without one
   */
  static boolean hasBatches(Optional<String> declared) {
    return declared.map(WITH_BATCHES::contains).orElse(true);
  }
}
