package io.mcpgateway.jetty;

import io.mcpgateway.config.ConfigException;
import io.mcpgateway.config.GatewayConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line: {@code java -jar mcp-gateway.jar -f ag-config.yaml}. */
@Command(
    name = "mcp-gateway",
    description = {
      "OAuth, CORS and protected resource metadata in front of MCP servers.",
      "Without a configuration it runs an embedded echo MCP server behind the gateway."
    },
    mixinStandardHelpOptions = true,
    versionProvider = GatewayMain.Version.class,
    sortOptions = false)
public final class GatewayMain implements Callable<Integer> {
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final int DEMO_PORT = 9000;
  private static final int SIGNALLED = 128;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;
  private static final Logger LOG = LoggerFactory.getLogger(GatewayMain.class);

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "agentgateway-style YAML; - reads standard input")
  private @Nullable String file;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "TEXT",
      description = "the YAML itself")
  private @Nullable String text;

  @Option(
      names = "--validate-only",
      description = "check the configuration, offline, show what would run, and exit")
  private boolean validateOnly;

  @Option(
      names = "--demo-auth",
      description = "the embedded demo with authentication on, and a token to try it with")
  private boolean demoAuth;

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * A command that has not been given its options yet.
   *
   * @param environment the values of variables in the configuration
   * @param out where results go
   * @param err where problems go
   */
  GatewayMain(Map<String, String> environment, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs the launcher; the process ends with its exit code.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    GatewayMain command = new GatewayMain(System.getenv(), System.out, System.err);
    System.exit(new CommandLine(command).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      Optional<ConfiguredGateway.Source> source = source();
      Optional<GatewayConfig> config =
          source.isPresent() ? Optional.of(source.get().read(environment)) : Optional.empty();
      if (config.isEmpty()) {
        return validateOnly ? fail("nothing to validate (expected: -f or -c)") : demo();
      }
      if (validateOnly) {
        out.print(config.get().describe());
        return CommandLine.ExitCode.OK;
      }
      // Heard before there is something to read again: by default it would end the process.
      CompletableFuture<ConfiguredGateway> started = new CompletableFuture<>();
      Signals.on(
          "HUP",
          () -> {
            var unused = started.thenAccept(ConfiguredGateway::reloadNow);
          });
      try (ConfiguredGateway running =
          ConfiguredGateway.start(source.get(), environment, config.get())) {
        out.print(config.get().describe());
        started.complete(running);
        return untilTerminated(running);
      }
    } catch (ConfigException | IOException | IllegalArgumentException failure) {
      return fail(String.valueOf(failure.getMessage()));
    }
  }

  private Optional<ConfiguredGateway.Source> source() throws IOException {
    if (file != null && text != null) {
      throw new IllegalArgumentException("-f and -c together (expected: one of them)");
    }
    if (demoAuth && (file != null || text != null)) {
      throw new IllegalArgumentException("--demo-auth with a configuration (expected: without)");
    }
    if (text != null) {
      return Optional.of(ConfiguredGateway.Source.of(text, "command line"));
    }
    if (file == null) {
      return Optional.empty();
    }
    if (file.equals("-")) {
      String input = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(ConfiguredGateway.Source.of(input, "standard input"));
    }
    if (file.startsWith("/dev/fd/") || file.startsWith("/proc/self/fd/")) {
      return Optional.of(ConfiguredGateway.Source.of(Files.readString(Path.of(file)), file));
    }
    return Optional.of(ConfiguredGateway.Source.of(Path.of(file)));
  }

  private int demo() throws IOException, InterruptedException {
    try (Demo demo = Demo.start(DEMO_PORT, demoAuth, DRAIN)) {
      demo.showFirstCall(out);
      demo.showHowToGoOn(out);
      return untilTerminated(demo);
    }
  }

  /**
   * Waits for SIGTERM or Ctrl-C, then drains. A process that drained as it was told has succeeded;
   * whoever signals again does not want to wait.
   */
  private static int untilTerminated(AutoCloseable running) throws InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    boolean hearsTerm = endingBy("TERM", SIGTERM, told);
    boolean hearsInt = endingBy("INT", SIGINT, told);
    if (!hearsTerm || !hearsInt) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(running), "mcp-gateway-drain"));
    }
    told.await();
    return drain(running);
  }

  private static boolean endingBy(String signal, int number, CountDownLatch told) {
    return Signals.on(
        signal,
        () -> {
          if (told.getCount() == 0) {
            Runtime.getRuntime().halt(SIGNALLED + number);
          }
          told.countDown();
        });
  }

  private static int drain(AutoCloseable running) {
    try {
      running.close();
      return CommandLine.ExitCode.OK;
    } catch (Exception failure) {
      LOG.error("the end went wrong", failure);
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private int fail(String message) {
    err.println(message);
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** The version of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = GatewayMain.class.getPackage().getImplementationVersion();
      return new String[] {"mcp-gateway " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
