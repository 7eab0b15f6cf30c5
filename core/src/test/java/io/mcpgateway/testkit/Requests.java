package io.mcpgateway.testkit;

/** Requests in bytes, and what a test looks for in an answer. */
public final class Requests {
  /** Whom requests are for. */
  public static final String HOST = "mcp.test";

  /** A JSON-RPC request whose id is 7. */
  public static final String TOOLS_LIST =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}";

  private Requests() {}

  /** A request without a body. */
  public static String request(String method, String path, String... fields) {
    StringBuilder head =
        new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + HOST + "\r\n");
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    return head + "\r\n";
  }

  /** A POST with a JSON body. */
  public static String post(String path, String json, String... fields) {
    String[] all = new String[fields.length + 2];
    System.arraycopy(fields, 0, all, 2, fields.length);
    all[0] = "Content-Type: application/json";
    all[1] = "Content-Length: " + json.length();
    return request("POST", path, all) + json;
  }

  /** The field that carries an access token. */
  public static String bearer(String token) {
    return "Authorization: Bearer " + token;
  }
}
