package io.mcpgateway.benchmarks;

import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The calls that are measured, as MCP clients send them, and who lets them in. */
public final class Calls {
  private static final String AUDIENCE = "https://mcp.example.com/mcp";

  private Calls() {}

  /**
   * A policy, and a request that it lets in.
   *
   * @param policy verifies JWTs with a key that is at hand
   * @param request a {@code tools/call} with a token that lives for a day
   */
  public record Authenticated(McpAuthentication policy, RequestHead request) {}

  /**
   * A call with a token.
   *
   * @param key signs the token
   * @param remembered how long a good token is remembered; zero for not at all
   */
  public static Authenticated signedBy(TestKey key, Duration remembered) {
    try (TestIssuer issuer = TestIssuer.start()) {
      issuer.use(key);
      McpAuthentication policy =
          McpAuthentication.builder()
              .verifier(
                  JwtVerifier.builder()
                      .issuer(issuer.issuer())
                      .audiences(AUDIENCE)
                      .jwks(issuer.jwks())
                      .tokenCache(remembered, 10_000)
                      .build())
              .build();
      String token =
          issuer
              .token()
              .audience(AUDIENCE)
              .scope("openid", "mcp:tools")
              .expiresIn(Duration.ofDays(1))
              .sign();
      return new Authenticated(
          policy, toolCall().header("Authorization", "Bearer " + token).build());
    }
  }

  /** The head of a {@code tools/call}, with the fields that clients of several languages send. */
  public static RequestHead.Builder toolCall() {
    return RequestHead.builder("POST", "/mcp")
        .authority("mcp.example.com")
        .header("Host", "mcp.example.com")
        .header("User-Agent", "mcp-client/1.0")
        .header("Accept", "application/json, text/event-stream")
        .header("Accept-Encoding", "gzip, deflate")
        .header("Connection", "keep-alive")
        .header("Content-Type", "application/json")
        .header("Content-Length", "128")
        .header("MCP-Protocol-Version", "2025-11-25");
  }

  /**
   * The message of a {@code tools/call}.
   *
   * @param argumentBytes how long its argument is
   */
  public static byte[] message(int argumentBytes) {
    String message =
        """
        {"jsonrpc":"2.0","id":7,"method":"tools/call",\
        "params":{"name":"echo","arguments":{"message":"%s"},"_meta":{"progressToken":7}}}"""
            .formatted("m".repeat(argumentBytes));
    return message.getBytes(StandardCharsets.UTF_8);
  }
}
