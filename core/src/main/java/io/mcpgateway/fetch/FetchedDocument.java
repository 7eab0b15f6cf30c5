package io.mcpgateway.fetch;

import io.mcpgateway.http.Headers;
import java.nio.charset.StandardCharsets;

/** A whole response of another party. Prints its status only: the body may be a token. */
public final class FetchedDocument {
  private final int status;
  private final Headers headers;
  private final byte[] content;

  FetchedDocument(int status, Headers headers, byte[] content) {
    this.status = status;
    this.headers = headers;
    this.content = content;
  }

  /** The HTTP status code. */
  public int status() {
    return status;
  }

  /** The response's fields. */
  public Headers headers() {
    return headers;
  }

  /** The body; not copied. */
  public byte[] content() {
    return content;
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(content, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "FetchedDocument[status=" + status + "]";
  }
}
