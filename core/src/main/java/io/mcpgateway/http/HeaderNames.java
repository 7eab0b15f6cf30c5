package io.mcpgateway.http;

/** Names of the header fields that the gateway reads or writes. */
public final class HeaderNames {
  public static final String ACCEPT = "Accept";
  public static final String ACCESS_CONTROL_ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials";
  public static final String ACCESS_CONTROL_ALLOW_HEADERS = "Access-Control-Allow-Headers";
  public static final String ACCESS_CONTROL_ALLOW_METHODS = "Access-Control-Allow-Methods";
  public static final String ACCESS_CONTROL_ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  public static final String ACCESS_CONTROL_EXPOSE_HEADERS = "Access-Control-Expose-Headers";
  public static final String ACCESS_CONTROL_MAX_AGE = "Access-Control-Max-Age";
  public static final String ACCESS_CONTROL_REQUEST_HEADERS = "Access-Control-Request-Headers";
  public static final String ACCESS_CONTROL_REQUEST_METHOD = "Access-Control-Request-Method";
  public static final String ALLOW = "Allow";
  public static final String AUTHORIZATION = "Authorization";
  public static final String CACHE_CONTROL = "Cache-Control";
  public static final String CONNECTION = "Connection";
  public static final String CONTENT_ENCODING = "Content-Encoding";
  public static final String CONTENT_LENGTH = "Content-Length";
  public static final String CONTENT_TYPE = "Content-Type";
  public static final String DPOP = "DPoP";
  public static final String DPOP_NONCE = "DPoP-Nonce";
  public static final String EXPECT = "Expect";
  public static final String FORWARDED = "Forwarded";
  public static final String HOST = "Host";
  public static final String LOCATION = "Location";
  public static final String MCP_METHOD = "Mcp-Method";
  public static final String MCP_NAME = "Mcp-Name";
  public static final String MCP_PROTOCOL_VERSION = "MCP-Protocol-Version";
  public static final String MCP_SESSION_ID = "Mcp-Session-Id";
  public static final String ORIGIN = "Origin";
  public static final String RETRY_AFTER = "Retry-After";
  public static final String TRANSFER_ENCODING = "Transfer-Encoding";
  public static final String VARY = "Vary";
  public static final String WWW_AUTHENTICATE = "WWW-Authenticate";
  public static final String X_ACCEL_BUFFERING = "X-Accel-Buffering";
  public static final String X_FORWARDED_FOR = "X-Forwarded-For";
  public static final String X_FORWARDED_HOST = "X-Forwarded-Host";
  public static final String X_FORWARDED_PORT = "X-Forwarded-Port";
  public static final String X_FORWARDED_PREFIX = "X-Forwarded-Prefix";
  public static final String X_FORWARDED_PROTO = "X-Forwarded-Proto";

  private HeaderNames() {}
}
