package io.mcpgateway.jetty;

import io.mcpgateway.config.ConfigException;
import io.mcpgateway.config.GatewayConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.help.HelpFormatter;
import org.apache.commons.cli.help.TextHelpAppendable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command line: {@code java -jar mcp-gateway.jar -f ag-config.yaml}. */
public final class GatewayMain {
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final int DEMO_PORT = 9000;
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;
  private static final int SIGNALLED = 128;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;
  private static final Logger LOG = LoggerFactory.getLogger(GatewayMain.class);

  private static final Option FILE =
      Option.builder("f")
          .longOpt("file")
          .hasArg()
          .argName("FILE")
          .desc("agentgateway-style YAML; - reads standard input")
          .get();
  private static final Option TEXT =
      Option.builder("c").longOpt("config").hasArg().argName("TEXT").desc("the YAML itself").get();
  private static final Option VALIDATE_ONLY =
      Option.builder()
          .longOpt("validate-only")
          .desc("check the configuration, offline, show what would run, and exit")
          .get();
  private static final Option DEMO_AUTH =
      Option.builder()
          .longOpt("demo-auth")
          .desc("the embedded demo with authentication on, and a token to try it with")
          .get();
  private static final Option HELP =
      Option.builder("h").longOpt("help").desc("show this, and exit").get();
  private static final Option VERSION =
      Option.builder("V").longOpt("version").desc("show the version, and exit").get();
  private static final List<Option> OPTIONS =
      List.of(FILE, TEXT, VALIDATE_ONLY, DEMO_AUTH, HELP, VERSION);

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * A launcher.
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
    System.exit(new GatewayMain(System.getenv(), System.out, System.err).run(arguments));
  }

  /**
   * Does what the arguments say, until a signal ends it.
   *
   * @return the exit code: 0 when it went well, 1 when it did not, 2 for arguments that are none
   */
  int run(String... arguments) {
    try {
      CommandLine line = parse(arguments);
      if (line.hasOption(HELP)) {
        showHelp(out);
        return OK;
      }
      if (line.hasOption(VERSION)) {
        out.println(version());
        return OK;
      }
      return run(line);
    } catch (ParseException misused) {
      err.println(misused.getMessage());
      showHelp(err);
      return MISUSED;
    } catch (ConfigException | IOException | IllegalArgumentException failure) {
      return fail(String.valueOf(failure.getMessage()));
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
  }

  private static CommandLine parse(String... arguments) throws ParseException {
    Options known = new Options();
    OPTIONS.forEach(known::addOption);
    CommandLine line =
        DefaultParser.builder().setAllowPartialMatching(false).get().parse(known, arguments);
    if (!line.getArgList().isEmpty()) {
      throw new ParseException("not an option: " + line.getArgList().get(0));
    }
    Set<Option> given = new HashSet<>();
    for (Option option : line.getOptions()) {
      if (!given.add(option)) {
        throw new ParseException("--" + option.getLongOpt() + " is given twice");
      }
    }
    return line;
  }

  private static void showHelp(PrintStream to) {
    try {
      HelpFormatter.builder()
          .setHelpAppendable(new TextHelpAppendable(to))
          .setShowSince(false)
          .get()
          .printHelp(
              "mcp-gateway",
              "OAuth, CORS and protected resource metadata in front of MCP servers. Without a"
                  + " configuration it runs an embedded echo MCP server behind the gateway.",
              OPTIONS,
              "",
              true);
    } catch (IOException unseen) {
      throw new UncheckedIOException(unseen);
    }
  }

  /** The name of this program and the version of its jar. */
  static String version() {
    String version = GatewayMain.class.getPackage().getImplementationVersion();
    return "mcp-gateway " + (version == null ? "(unpackaged)" : version);
  }

  private int run(CommandLine line) throws ConfigException, IOException, InterruptedException {
    boolean validateOnly = line.hasOption(VALIDATE_ONLY);
    Optional<ConfiguredGateway.Source> source = source(line);
    if (source.isEmpty()) {
      return validateOnly
          ? fail("nothing to validate (expected: -f or -c)")
          : demo(line.hasOption(DEMO_AUTH));
    }
    GatewayConfig config = source.get().read(environment);
    if (validateOnly) {
      out.print(config.describe());
      return OK;
    }
    // Heard before there is something to read again: by default it would end the process.
    CompletableFuture<ConfiguredGateway> started = new CompletableFuture<>();
    Signals.on(
        "HUP",
        () -> {
          var unused = started.thenAccept(ConfiguredGateway::reloadNow);
        });
    try (ConfiguredGateway running = ConfiguredGateway.start(source.get(), environment, config)) {
      out.print(config.describe());
      started.complete(running);
      return untilTerminated(running);
    }
  }

  private static Optional<ConfiguredGateway.Source> source(CommandLine line) throws IOException {
    String file = line.getOptionValue(FILE);
    String text = line.getOptionValue(TEXT);
    if (file != null && text != null) {
      throw new IllegalArgumentException("-f and -c together (expected: one of them)");
    }
    if (line.hasOption(DEMO_AUTH) && (file != null || text != null)) {
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

  private int demo(boolean demoAuth) throws IOException, InterruptedException {
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
      return OK;
    } catch (Exception failure) {
      LOG.error("the end went wrong", failure);
      return FAILED;
    }
  }

  private int fail(String message) {
    err.println(message);
    return FAILED;
  }
}
