package io.mcpgateway.authorization;

/** How a denied operation is answered. */
public enum Denial {
  /** As if there were no such tool, prompt, resource or method. */
  HIDDEN,
  /** 403; with the scopes that would help, where some would. */
  FORBIDDEN
}
