package io.mcpgateway.mcp;

/**
 * When the gateway compares the header fields of a request with its message (MCP 2026-07-28, Server
 * Validation).
 */
public enum HeaderValidation {
  /** Whenever a policy reads the message. */
  AUTO,
  /** With every message; it is read whole before it goes on. */
  ALWAYS,
  /** Never: it is left to the server. */
  OFF
}
