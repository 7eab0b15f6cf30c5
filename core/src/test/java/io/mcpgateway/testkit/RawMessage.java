package io.mcpgateway.testkit;

import java.util.List;
import java.util.Optional;

/**
 * A message as it was on the wire.
 *
 * @param head start line and fields, with the empty line behind them
 * @param body the body without its framing
 */
public record RawMessage(String head, String body) {
  /** The first line. */
  public String startLine() {
    return head.lines().findFirst().orElse("");
  }

  /** The status of a response. */
  public int status() {
    return Integer.parseInt(startLine().substring(9, 12));
  }

  /** The values of all fields of a name. */
  public List<String> fields(String name) {
    return head.lines()
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .toList();
  }

  /** The value of the first field of a name. */
  public Optional<String> field(String name) {
    return fields(name).stream().findFirst();
  }

  /** Head and body, one behind the other. */
  @Override
  public String toString() {
    return head + body;
  }
}
