package io.mcpgateway;

import io.mcpgateway.auth.BearerTokenFuzz;
import io.mcpgateway.config.GatewayConfigFuzz;
import io.mcpgateway.cors.AllowedOriginFuzz;
import io.mcpgateway.forward.LegacyStreamFuzz;
import io.mcpgateway.forward.TimedStreamFuzz;
import io.mcpgateway.http.PublicOriginFuzz;
import io.mcpgateway.http.RequestPathFuzz;
import io.mcpgateway.json.JsonScanFuzz;
import io.mcpgateway.jwt.JwtVerifierFuzz;
import io.mcpgateway.mcp.FilteredEventsFuzz;
import io.mcpgateway.mcp.MessageReaderFuzz;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What is fuzzed: each target reads input of strangers, and says what has to hold of any. */
enum FuzzTarget {
  BEARER(BearerTokenFuzz.class),
  JWT(JwtVerifierFuzz.class),
  JSON_SCAN(JsonScanFuzz.class),
  MESSAGE(MessageReaderFuzz.class),
  FILTERED_EVENTS(FilteredEventsFuzz.class),
  LEGACY_STREAM(LegacyStreamFuzz.class),
  TIMED_STREAM(TimedStreamFuzz.class),
  CONFIG(GatewayConfigFuzz.class),
  ORIGIN(AllowedOriginFuzz.class),
  FORWARDED(PublicOriginFuzz.class),
  PATH(RequestPathFuzz.class);

  static final Path CORPORA = Path.of("src", "test", "resources", "fuzz");

  private final Class<?> holder;

  FuzzTarget(Class<?> holder) {
    this.holder = holder;
  }

  /** The class whose {@code fuzzerTestOneInput} Jazzer calls. */
  Class<?> holder() {
    return holder;
  }

  /** Calls the same method; fails when something does not hold of the input. */
  void test(byte[] input) throws Throwable {
    try {
      holder.getMethod("fuzzerTestOneInput", byte[].class).invoke(null, (Object) input);
    } catch (InvocationTargetException failed) {
      throw failed.getTargetException();
    }
  }

  /** Where its inputs are. */
  Path corpus() {
    return CORPORA.resolve(toString());
  }

  List<Path> inputs() throws IOException {
    try (var files = Files.list(corpus())) {
      return files.sorted().toList();
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
