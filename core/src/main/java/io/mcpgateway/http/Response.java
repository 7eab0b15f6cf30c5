package io.mcpgateway.http;

import java.nio.charset.StandardCharsets;

/**
 * A whole, small response that the gateway gives itself. Prints without its body, which may be an
 * authorization server's answer with tokens.
 *
 * @param status the HTTP status code
 * @param headers without {@code Content-Length}
 * @param body the text, UTF-8 on the wire; empty for none
 */
public record Response(int status, Headers headers, String body) {
  /**
   * A response without a body.
   *
   * @param status the HTTP status code
   * @param headers the fields
   */
  public static Response empty(int status, Headers headers) {
    return new Response(status, headers, "");
  }

  /**
   * A response with a JSON body.
   *
   * @param status the HTTP status code
   * @param headers the fields besides {@code Content-Type}
   * @param json the document
   */
  public static Response json(int status, Headers headers, String json) {
    Headers all = headers.toBuilder().set(HeaderNames.CONTENT_TYPE, "application/json").build();
    return new Response(status, all, json);
  }

  /**
   * The same response with more header fields; a field of the same name is replaced.
   *
   * @param more the fields to set
   */
  public Response with(Headers more) {
    Headers.Builder all = headers.toBuilder();
    more.forEach(field -> all.remove(field.name()));
    return new Response(status, all.addAll(more).build(), body);
  }

  /** The head, with the body's length. */
  public ResponseHead head() {
    Headers all = headers.toBuilder().set(HeaderNames.CONTENT_LENGTH, "" + bytes().length).build();
    return new ResponseHead(status, all);
  }

  /** The body's bytes in UTF-8. */
  public byte[] bytes() {
    return body.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "Response[status=" + status + ", headers=" + headers + "]";
  }
}
