package io.mcpgateway.config;

/**
 * One mistake in a configuration.
 *
 * @param source the file's name as it was given
 * @param line from 1
 * @param column from 1
 * @param keyPath where the mistake is in the model, such as {@code binds[0].port}; empty where the
 *     text is not even YAML
 * @param message what is wrong (what was expected)
 */
public record ConfigProblem(String source, int line, int column, String keyPath, String message) {
  /**
   * The form in which editors and terminals link it: {@code file:line:column: key.path: message}.
   */
  @Override
  public String toString() {
    String at = source + ":" + line + ":" + column + ": ";
    return keyPath.isEmpty() ? at + message : at + keyPath + ": " + message;
  }
}
