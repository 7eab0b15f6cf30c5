package io.mcpgateway.config;

import io.mcpgateway.config.Node.Entry;
import io.mcpgateway.config.Node.Mapping;
import io.mcpgateway.config.Node.Scalar;
import io.mcpgateway.config.Node.ScalarType;
import io.mcpgateway.config.Node.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads one YAML 1.2 document (JSON is one too) into nodes with places. Reads the parser's events
 * rather than its node tree: the tree is built recursively, without a bound on depth.
 *
 * <p>Variables are replaced here, value by value: after parsing, so that a value cannot change the
 * structure; once per value, so that aliases cannot multiply a long one.
 */
final class NodeReader {
  /** Longer texts are refused before they are parsed; in characters. */
  static final int MAX_LENGTH = 1024 * 1024;

  static final int MAX_DEPTH = 50;
  static final int MAX_ALIASES = 50;

  /** All nodes, those that an alias repeats counted again: a bomb is refused before it unfolds. */
  static final int MAX_NODES = 100_000;

  private static final ScalarResolver RESOLVER = new CoreSchema().getScalarResolver();

  private final Problems problems;
  private final Variables variables;
  private final Iterator<Event> events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private int aliases;
  private int nodes;
  private int depth;

  private record Anchored(Node node, int size) {}

  private NodeReader(String text, Variables variables, Problems problems) {
    this.problems = problems;
    this.variables = variables;
    LoadSettings settings =
        LoadSettings.builder().setUseMarks(true).setCodePointLimit(MAX_LENGTH).build();
    this.events = new ParserImpl(settings, new StreamReader(settings, text));
  }

  /** What makes reading on pointless. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Place place;
    private final String keyPath;
    private final String problem;

    Refused(Place place, String keyPath, String message) {
      super(message);
      this.place = place;
      this.keyPath = keyPath;
      this.problem = message;
    }
  }

  /**
   * Reads a document.
   *
   * @param text the whole text
   * @param variables replaces variables
   * @param problems told what is wrong
   * @return the root; empty after a mistake that leaves nothing to go on with
   */
  static Optional<Node> read(String text, Variables variables, Problems problems) {
    if (text.length() > MAX_LENGTH) {
      problems.add(Place.START, "", "too long (expected: at most " + MAX_LENGTH + " characters)");
      return Optional.empty();
    }
    try {
      return new NodeReader(text, variables, problems).document();
    } catch (Refused refused) {
      problems.add(refused.place, refused.keyPath, refused.problem);
    } catch (MarkedYamlEngineException malformed) {
      problems.add(
          Place.of(malformed.getProblemMark().or(malformed::getContextMark)),
          "",
          "malformed YAML: " + malformed.getProblem());
    } catch (ReaderException unprintable) {
      problems.add(
          placeOf(text, unprintable.getPosition()),
          "",
          "malformed YAML: character U+%04X is not allowed".formatted(unprintable.getCodePoint()));
    } catch (YamlEngineException malformed) {
      problems.add(Place.START, "", "malformed YAML: " + malformed.getMessage());
    } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
      problems.add(Place.START, "", "malformed YAML"); // the library minds some escapes so
    }
    return Optional.empty();
  }

  private static Place placeOf(String text, int codePoints) {
    String before = text.substring(0, text.offsetByCodePoints(0, codePoints));
    int line = (int) before.chars().filter(c -> c == '\n').count();
    return new Place(line + 1, before.length() - before.lastIndexOf('\n'));
  }

  private Optional<Node> document() {
    events.next(); // the stream begins
    Event first = events.next();
    if (first.getEventId() == Event.ID.StreamEnd) {
      throw new Refused(Place.START, "", "empty (expected: an object)");
    }
    Node root = node(events.next(), "");
    events.next(); // the document ends
    Event next = events.next();
    if (next.getEventId() != Event.ID.StreamEnd) {
      throw new Refused(
          Place.of(next.getStartMark()), "", "a second document (expected: one per file)");
    }
    return Optional.of(root);
  }

  private Node node(Event event, String path) {
    Place place = Place.of(event.getStartMark());
    if (event instanceof AliasEvent alias) {
      return anchored(alias, place, path);
    }
    int before = nodes;
    count(1, place, path);
    checkTag(event, place, path);
    Node node;
    if (event instanceof ScalarEvent scalar) {
      node = scalar(scalar, place, path);
    } else {
      if (++depth > MAX_DEPTH) {
        throw new Refused(
            place, path, "nested too deeply (expected: at most " + MAX_DEPTH + " levels)");
      }
      node =
          event.getEventId() == Event.ID.SequenceStart
              ? sequence(place, path)
              : mapping(place, path);
      depth--;
    }
    // Named only now: an alias inside its own anchor is undefined instead of endless.
    ((NodeEvent) event)
        .getAnchor()
        .ifPresent(anchor -> anchors.put(anchor.getValue(), new Anchored(node, nodes - before)));
    return node;
  }

  private Node anchored(AliasEvent alias, Place place, String path) {
    if (++aliases > MAX_ALIASES) {
      throw new Refused(
          place, path, "too many aliases (expected: at most " + MAX_ALIASES + " in a file)");
    }
    String name = alias.getAlias().getValue();
    Anchored anchored = anchors.get(name);
    if (anchored == null) {
      throw new Refused(
          place, path, "alias *" + name + " (expected: &" + name + " complete before it)");
    }
    count(anchored.size, place, path);
    return anchored.node;
  }

  private void count(int more, Place place, String path) {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw new Refused(
          place, path, "too many values (expected: at most " + MAX_NODES + ", aliases unfolded)");
    }
  }

  private void checkTag(Event event, Place place, String path) {
    Optional<String> tag =
        event instanceof ScalarEvent scalar
            ? scalar.getTag()
            : ((CollectionStartEvent) event).getTag();
    tag.ifPresent(
        name -> problems.add(place, path, "tag " + name + " (expected: a value without a tag)"));
  }

  private Scalar scalar(ScalarEvent event, Place place, String path) {
    String text = event.getValue();
    if (Variables.occurIn(text)) {
      List<String> wrong = new ArrayList<>();
      String replaced = variables.replace(text, wrong::add);
      wrong.forEach(message -> problems.add(place, path, message));
      // A variable is a string to YAML; the grammar decides what the value has to be.
      return new Scalar(
          place, replaced, wrong.isEmpty() ? ScalarType.STRING : ScalarType.UNDEFINED);
    }
    return new Scalar(place, text, event.isPlain() ? typeOf(text) : ScalarType.STRING);
  }

  private static ScalarType typeOf(String text) {
    Tag tag = RESOLVER.resolve(text, true);
    if (tag.equals(Tag.NULL)) {
      return ScalarType.NULL;
    }
    if (tag.equals(Tag.BOOL)) {
      return ScalarType.BOOLEAN;
    }
    return tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) ? ScalarType.NUMBER : ScalarType.STRING;
  }

  private Sequence sequence(Place place, String path) {
    List<Node> items = new ArrayList<>();
    for (Event next = events.next();
        next.getEventId() != Event.ID.SequenceEnd;
        next = events.next()) {
      items.add(node(next, path + "[" + items.size() + "]"));
    }
    return new Sequence(place, List.copyOf(items));
  }

  private Mapping mapping(Place place, String path) {
    List<Entry> entries = new ArrayList<>();
    Map<String, Place> keys = new HashMap<>();
    for (Event next = events.next();
        next.getEventId() != Event.ID.MappingEnd;
        next = events.next()) {
      Place keyPlace = Place.of(next.getStartMark());
      if (!(next instanceof ScalarEvent scalar)) {
        throw new Refused(keyPlace, path, "a key that is no plain text (expected: a name)");
      }
      String key = scalar.getValue();
      String keyPath = join(path, key);
      Node value = node(events.next(), keyPath);
      Place first = keys.putIfAbsent(key, keyPlace);
      if (first == null) {
        entries.add(new Entry(key, keyPlace, value));
      } else {
        problems.add(keyPlace, keyPath, "given twice (first at " + problems.name(first) + ")");
      }
    }
    return new Mapping(place, List.copyOf(entries));
  }

  /** The path of a key; a key that is no simple name is quoted. */
  static String join(String path, String key) {
    String name = key.matches("[A-Za-z0-9_$-]{1,60}") ? key : "\"" + shortened(key) + "\"";
    return path.isEmpty() ? name : path + "." + name;
  }

  private static String shortened(String key) {
    String printable = key.replaceAll("[\\p{Cntrl}\"]", " ");
    return printable.length() > 60 ? printable.substring(0, 60) + "..." : printable;
  }
}
