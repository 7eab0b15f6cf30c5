package io.mcpgateway.provider;

import io.mcpgateway.fetch.FetchedDocument;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.json.Json;
import io.mcpgateway.json.MalformedJsonException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answers of authorization servers' endpoints. None may be cached (RFC 6749, 5.1; RFC 7591, 3). */
final class OAuthAnswer {
  private static final Headers NOT_CACHED = Headers.of(HeaderNames.CACHE_CONTROL, "no-store");

  private OAuthAnswer() {}

  static Response json(int status, String document) {
    return Response.json(status, NOT_CACHED, document);
  }

  static Response redirect(String location) {
    return Response.empty(302, NOT_CACHED.toBuilder().add(HeaderNames.LOCATION, location).build());
  }

  static Response error(int status, String code, String description) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("error", code);
    members.put("error_description", description);
    return json(status, Json.write(members));
  }

  /** What is told when the authorization server fails; why is in the log. */
  static Response unavailable() {
    return error(
        502, "temporarily_unavailable", "the authorization server does not answer as it should");
  }

  /**
   * Passes an answer on, when it is one: JSON with a status that ends the request. Pages of errors
   * stay behind, for a browser would take them for pages of the gateway.
   *
   * @param answer of the authorization server
   */
  static Response relay(FetchedDocument answer) {
    boolean end = answer.status() >= 200 && (answer.status() < 300 || answer.status() >= 400);
    try {
      Json.readObject(answer.content());
      return end ? json(answer.status(), answer.text()) : unavailable();
    } catch (MalformedJsonException none) {
      return answer.status() >= 400 && answer.status() < 500
          ? error(answer.status(), "invalid_request", "refused by the authorization server")
          : unavailable();
    }
  }
}
