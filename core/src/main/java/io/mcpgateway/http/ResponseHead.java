package io.mcpgateway.http;

/**
 * The head of a response.
 *
 * @param status the HTTP status code, 200 to 599
 * @param headers all header fields
 */
public record ResponseHead(int status, Headers headers) {}
