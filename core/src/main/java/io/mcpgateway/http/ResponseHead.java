package io.mcpgateway.http;

/**
 * The head of a response.
 *
 * @param status the HTTP status code, 200 to 599
 * @param headers all header fields
 */
public record ResponseHead(int status, Headers headers) {
  private static final int STATUS_LINE = "HTTP/1.1 200\r\n".length();
  private static final int AROUND_FIELD = ": \r\n".length();

  /** How many bytes it has over HTTP/1.1, without a reason phrase. */
  public int size() {
    int size = STATUS_LINE;
    for (Headers.Field field : headers) {
      size += field.name().length() + field.value().length() + AROUND_FIELD;
    }
    return size;
  }
}
