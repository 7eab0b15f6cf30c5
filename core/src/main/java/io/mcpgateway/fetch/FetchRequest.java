package io.mcpgateway.fetch;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is asked of another party. Prints its method and URL only.
 *
 * @param method {@code GET} or {@code POST}
 * @param url http or https
 * @param headers all fields but those that frame the message
 * @param body empty for none
 */
public record FetchRequest(String method, URI url, Headers headers, String body) {
  /**
   * Asks for a document.
   *
   * @param url where it is
   * @param accept its media types
   */
  public static FetchRequest get(URI url, String accept) {
    return new FetchRequest("GET", url, Headers.of(HeaderNames.ACCEPT, accept), "");
  }

  /**
   * Sends a form, and asks for JSON (as the endpoints of an authorization server have it).
   *
   * @param url where to
   * @param fields the form
   */
  public static FetchRequest form(URI url, Map<String, String> fields) {
    String body =
        fields.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return new FetchRequest(
        "POST",
        url,
        Headers.of(
            HeaderNames.ACCEPT,
            "application/json",
            HeaderNames.CONTENT_TYPE,
            "application/x-www-form-urlencoded"),
        body);
  }

  /**
   * The same with one field more.
   *
   * @param name its name
   * @param value its value
   */
  public FetchRequest with(String name, String value) {
    return new FetchRequest(method, url, headers.toBuilder().add(name, value).build(), body);
  }

  /**
   * The same form with one field more, which may be there already.
   *
   * @param name its name
   * @param value its value
   */
  public FetchRequest withField(String name, String value) {
    String field = encoded(name) + "=" + encoded(value);
    return new FetchRequest(method, url, headers, body.isEmpty() ? field : body + "&" + field);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return method + " " + url;
  }
}
