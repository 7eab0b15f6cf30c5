package io.mcpgateway;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A condition on requests: path, method, headers and query, all of which must fit. Paths compare
 * after percent-decoding, below the mount path. Immutable and thread-safe.
 *
 * @param path the condition on the path
 * @param method the only method that fits; empty for all
 * @param headers conditions on header fields
 * @param query conditions on query parameters
 */
public record RouteMatch(
    PathMatch path, Optional<String> method, List<ValueMatch> headers, List<ValueMatch> query) {

  /** Fits every request. */
  public static final RouteMatch ANY = pathPrefix("/");

  /** Copies the lists. */
  public RouteMatch {
    headers = List.copyOf(headers);
    query = List.copyOf(query);
  }

  /** A condition on the path. */
  public sealed interface PathMatch {
    /**
     * Tells whether a path fits.
     *
     * @param path percent-decoded, starting with a slash
     */
    boolean matches(String path);

    /**
     * The whole path.
     *
     * @param path starting with a slash
     */
    record Exact(String path) implements PathMatch {
      /** Checks the path. */
      public Exact {
        checkPath("exact", path);
      }

      @Override
      public boolean matches(String other) {
        return other.equals(path);
      }
    }

    /**
     * The path's first segments; {@code /a} fits {@code /a} and {@code /a/b}, not {@code /ab}.
     *
     * @param path starting with a slash; one at the end does not matter
     */
    record Prefix(String path) implements PathMatch {
      /** Checks the path and takes off a slash at its end. */
      public Prefix {
        checkPath("pathPrefix", path);
        path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      }

      @Override
      public boolean matches(String other) {
        return other.startsWith(path)
            && (other.length() == path.length() || other.charAt(path.length()) == '/');
      }
    }

    /**
     * A regular expression for the whole path.
     *
     * @param pattern the expression
     */
    record Regex(Pattern pattern) implements PathMatch {
      @Override
      public boolean matches(String other) {
        return pattern.matcher(other).matches();
      }

      @Override
      public boolean equals(Object other) {
        return other instanceof Regex regex && regex.pattern.pattern().equals(pattern.pattern());
      }

      @Override
      public int hashCode() {
        return pattern.pattern().hashCode();
      }
    }

    private static void checkPath(String key, String path) {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException(key + ": " + path + " (expected: a leading slash)");
      }
    }
  }

  /**
   * A condition on one named value.
   *
   * @param name a header's name, in any case, or a query parameter's, exactly
   * @param value a regular expression for the whole value
   * @param exact whether the expression is a literal
   */
  public record ValueMatch(String name, Pattern value, boolean exact) {
    static ValueMatch exact(String name, String value) {
      return new ValueMatch(name, Pattern.compile(value, Pattern.LITERAL), true);
    }

    static ValueMatch regex(String name, String value) {
      return new ValueMatch(name, compile(value), false);
    }

    boolean matches(List<String> values) {
      return values.stream().anyMatch(text -> value.matcher(text).matches());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ValueMatch match
          && match.name.equals(name)
          && match.exact == exact
          && match.value.pattern().equals(value.pattern());
    }

    @Override
    public int hashCode() {
      return name.hashCode() * 31 + value.pattern().hashCode();
    }
  }

  /**
   * Fits one path.
   *
   * @param path starting with a slash
   * @return the condition
   * @throws IllegalArgumentException when the path has no leading slash
   */
  public static RouteMatch exactPath(String path) {
    return new RouteMatch(new PathMatch.Exact(path), Optional.empty(), List.of(), List.of());
  }

  /**
   * Fits a path and everything below it.
   *
   * @param path starting with a slash
   * @return the condition
   * @throws IllegalArgumentException when the path has no leading slash
   */
  public static RouteMatch pathPrefix(String path) {
    return new RouteMatch(new PathMatch.Prefix(path), Optional.empty(), List.of(), List.of());
  }

  /**
   * Fits paths by a regular expression.
   *
   * @param regex for the whole path
   * @return the condition
   * @throws IllegalArgumentException when the expression is malformed
   */
  public static RouteMatch pathRegex(String regex) {
    return new RouteMatch(
        new PathMatch.Regex(compile(regex)), Optional.empty(), List.of(), List.of());
  }

  /**
   * The same condition, for one method only.
   *
   * @param method upper case
   * @return the narrower condition
   * @throws IllegalArgumentException when it is no method name
   */
  public RouteMatch withMethod(String method) {
    if (!Headers.isToken(method)) {
      throw new IllegalArgumentException("method: " + method + " (expected: a method name)");
    }
    return new RouteMatch(path, Optional.of(method), headers, query);
  }

  /**
   * The same condition, and a header field of that value.
   *
   * @param name any case
   * @param value the exact value
   * @return the narrower condition
   */
  public RouteMatch withHeader(String name, String value) {
    return new RouteMatch(path, method, plus(headers, ValueMatch.exact(name, value)), query);
  }

  /**
   * The same condition, and a header field that fits.
   *
   * @param name any case
   * @param regex for the whole value
   * @return the narrower condition
   * @throws IllegalArgumentException when the expression is malformed
   */
  public RouteMatch withHeaderRegex(String name, String regex) {
    return new RouteMatch(path, method, plus(headers, ValueMatch.regex(name, regex)), query);
  }

  /**
   * The same condition, and a query parameter of that value.
   *
   * @param name exact
   * @param value the exact value, decoded
   * @return the narrower condition
   */
  public RouteMatch withQuery(String name, String value) {
    return new RouteMatch(path, method, headers, plus(query, ValueMatch.exact(name, value)));
  }

  /**
   * The same condition, and a query parameter that fits.
   *
   * @param name exact
   * @param regex for the whole value, decoded
   * @return the narrower condition
   * @throws IllegalArgumentException when the expression is malformed
   */
  public RouteMatch withQueryRegex(String name, String regex) {
    return new RouteMatch(path, method, headers, plus(query, ValueMatch.regex(name, regex)));
  }

  /**
   * Tells whether a request fits.
   *
   * @param clientRequest the request
   * @param decodedPath its path, percent-decoded
   */
  boolean matches(RequestHead clientRequest, String decodedPath) {
    return path.matches(decodedPath)
        && (method.isEmpty() || method.get().equals(clientRequest.method()))
        && (headers.isEmpty() || hasAll(clientRequest.headers()))
        && (query.isEmpty() || hasAll(clientRequest.query()));
  }

  private boolean hasAll(Headers fields) {
    return headers.stream().allMatch(match -> match.matches(fields.all(match.name())));
  }

  private boolean hasAll(String text) {
    return query.stream().allMatch(match -> match.matches(parameters(text, match.name())));
  }

  private static List<String> parameters(String query, String name) {
    List<String> values = new ArrayList<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (decode(key).equals(name)) {
        values.add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
      }
    }
    return values;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return text;
    }
  }

  private static Pattern compile(String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException malformed) {
      throw new IllegalArgumentException(
          "regex: " + regex + " (expected: a regular expression)", malformed);
    }
  }

  private static List<ValueMatch> plus(List<ValueMatch> matches, ValueMatch more) {
    List<ValueMatch> all = new ArrayList<>(matches);
    all.add(more);
    return all;
  }
}
