package io.mcpgateway.config;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * A place in a file.
 *
 * @param line from 1
 * @param column from 1
 */
record Place(int line, int column) {
  static final Place START = new Place(1, 1);

  static Place of(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  static Place of(Optional<Mark> mark) {
    return mark.map(Place::of).orElse(START);
  }

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
