package io.mcpgateway.config;

import io.mcpgateway.GatewayLimits;
import io.mcpgateway.Listener;
import io.mcpgateway.McpGateway;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.http.ForwardedFields;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.session.SessionKey;
import io.mcpgateway.telemetry.AccessLog;
import io.mcpgateway.telemetry.AuditLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A configuration in the language of agentgateway, read and checked without asking the network. Of
 * each configuration one gateway is built, which then owns what the configuration holds.
 */
public final class GatewayConfig implements AutoCloseable {
  private final Setting root;
  private final List<Listener> listeners;
  private final List<ConfigProblem> warnings;
  private final List<TokenVerifier> verifiers;
  private final String[] trustedProxies;
  private final ForwardedFields trustedFields;
  private final Optional<SessionKey> sessionKey;
  private final Optional<Long> maxRequestBytes;
  private final GatewayLimits limits;
  private final ServerSettings server;
  private final Optional<AuditLog> auditLog;
  private final Set<Path> files;
  private final boolean jsonLog;
  private final Optional<TracingSettings> tracing;

  private GatewayConfig(
      Setting root,
      List<Listener> listeners,
      Optional<SessionKey> sessionKey,
      List<TokenVerifier> verifiers,
      ProcessAssembler process,
      Optional<AuditLog> auditLog,
      Optional<TracingSettings> tracing,
      Set<Path> files,
      Problems problems) {
    this.root = root;
    this.listeners = listeners;
    this.limits = process.limits(root);
    this.maxRequestBytes = process.requestBody(root);
    this.server = process.server(root);
    this.auditLog = auditLog;
    this.tracing = tracing;
    this.files = files;
    this.sessionKey = sessionKey;
    this.verifiers = verifiers;
    Optional<Setting> config = root.get("config");
    this.trustedProxies = config.map(c -> c.texts("trustedProxies")).orElse(new String[0]);
    this.trustedFields =
        config
            .flatMap(c -> c.text("trustedProxyFields"))
            .filter("forwarded"::equals)
            .map(forwarded -> ForwardedFields.FORWARDED)
            .orElse(ForwardedFields.X_FORWARDED);
    this.jsonLog =
        config
            .flatMap(c -> c.get("logging"))
            .flatMap(logging -> logging.text("format"))
            .filter("json"::equals)
            .isPresent();
    this.warnings = problems.warnings();
  }

  /** What a configuration is for. */
  public enum Use {
    /** A server of its own: every route needs a backend. */
    SERVER,
    /** A filter in front of an application: a route without backend leads to the application. */
    FILTER
  }

  /**
   * Reads a file for a server of its own.
   *
   * @param file YAML 1.2 or JSON in UTF-8; the files it names are relative to its directory
   * @param environment the values of variables, mostly {@link System#getenv()}
   * @return the configuration
   * @throws ConfigException when there is any mistake; it tells all of them
   */
  public static GatewayConfig read(Path file, Map<String, String> environment)
      throws ConfigException {
    return read(file, environment, Use.SERVER);
  }

  /**
   * Reads a file.
   *
   * @param file YAML 1.2 or JSON in UTF-8; the files it names are relative to its directory
   * @param environment the values of variables, mostly {@link System#getenv()}
   * @param use what it is for
   * @return the configuration
   * @throws ConfigException when there is any mistake; it tells all of them
   */
  public static GatewayConfig read(Path file, Map<String, String> environment, Use use)
      throws ConfigException {
    Problems problems = new Problems(file.toString());
    Optional<String> text = text(file, problems);
    problems.throwIfAny();
    Path directory = file.toAbsolutePath().getParent();
    return parse(
        text.orElseThrow(),
        environment,
        use,
        directory == null ? Path.of("") : directory,
        problems);
  }

  /**
   * Reads a text for a server of its own.
   *
   * @param text YAML 1.2 or JSON; the files it names are relative to the working directory
   * @param sourceName what the text is called in messages
   * @param environment the values of variables, mostly {@link System#getenv()}
   * @return the configuration
   * @throws ConfigException when there is any mistake; it tells all of them
   */
  public static GatewayConfig parse(String text, String sourceName, Map<String, String> environment)
      throws ConfigException {
    return parse(text, sourceName, environment, Use.SERVER);
  }

  /**
   * Reads a text.
   *
   * @param text YAML 1.2 or JSON; the files it names are relative to the working directory
   * @param sourceName what the text is called in messages
   * @param environment the values of variables, mostly {@link System#getenv()}
   * @param use what it is for
   * @return the configuration
   * @throws ConfigException when there is any mistake; it tells all of them
   */
  public static GatewayConfig parse(
      String text, String sourceName, Map<String, String> environment, Use use)
      throws ConfigException {
    return parse(text, environment, use, Path.of("").toAbsolutePath(), new Problems(sourceName));
  }

  private static GatewayConfig parse(
      String text, Map<String, String> environment, Use use, Path directory, Problems problems)
      throws ConfigException {
    Optional<Node> node = NodeReader.read(text, new Variables(environment), problems);
    if (node.isEmpty()) {
      problems.throwIfAny();
    }
    Setting root = new Checker(problems).check(node.orElseThrow(), Grammar.ROOT, "");
    ReferencedFiles files = new ReferencedFiles(directory, problems);
    AuthenticationAssembler authentication = new AuthenticationAssembler(problems, files);
    RouteAssembler routes =
        new RouteAssembler(
            problems,
            new PolicyAssembler(problems, files, authentication),
            new BackendAssembler(problems, new BackendTlsAssembler(problems, files)),
            use == Use.SERVER);
    List<Listener> listeners = new GatewayAssembler(problems, files, routes).listeners(root);
    root.get("config").ifPresent(config -> checkProxies(config, problems));
    Optional<SessionKey> sessionKey =
        root.get("config")
            .flatMap(config -> config.get("session"))
            .flatMap(session -> session.get("key"))
            .flatMap(key -> sessionKey(key, problems));
    GatewayConfig config =
        new GatewayConfig(
            root,
            listeners,
            sessionKey,
            authentication.verifiers(),
            new ProcessAssembler(problems),
            ProcessAssembler.auditLog(root, files),
            new TracingAssembler(problems).tracing(root),
            files.all(),
            problems);
    if (!problems.isEmpty()) {
      config.close();
      problems.throwIfAny();
    }
    return config;
  }

  private static void checkProxies(Setting config, Problems problems) {
    for (Setting proxy : config.items("trustedProxies")) {
      proxy
          .as(String.class)
          .ifPresent(network -> problems.attempt(proxy, () -> TrustedProxies.of(List.of(network))));
    }
  }

  private static Optional<SessionKey> sessionKey(Setting key, Problems problems) {
    return key.as(String.class).flatMap(hex -> problems.attempt(key, () -> SessionKey.ofHex(hex)));
  }

  private static Optional<String> text(Path file, Problems problems) {
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(NodeReader.MAX_LENGTH + 1);
    } catch (IOException unreadable) {
      problems.add(Place.START, "", "cannot be read (expected: a readable file)");
      return Optional.empty();
    }
    if (bytes.length > NodeReader.MAX_LENGTH) {
      problems.add(
          Place.START, "", "too long (expected: at most " + NodeReader.MAX_LENGTH + " bytes)");
      return Optional.empty();
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException malformed) {
      problems.add(Place.START, "", "not UTF-8 (expected: text in UTF-8)");
      return Optional.empty();
    }
  }

  /**
   * Begins the one gateway of this configuration. Its observers are {@link #accessLog} and, where
   * there is one, {@link #auditLog}: {@code observer} adds to them, {@code observers} replaces
   * them.
   *
   * @return a builder that holds all the configuration says
   */
  public McpGateway.Builder toBuilder() {
    McpGateway.Builder gateway = McpGateway.builder().observers(accessLog());
    auditLog.ifPresent(gateway::observer);
    listeners.forEach(gateway::listener);
    gateway.trustedProxies(trustedFields, trustedProxies);
    sessionKey.ifPresent(gateway::sessionKey);
    gateway.limits(limits);
    maxRequestBytes.ifPresent(gateway::maxRequestBytes);
    return gateway;
  }

  /** The ports, host names and certificates to open, and their routes. */
  public List<Listener> listeners() {
    return listeners;
  }

  /** What it says to the server that runs the gateway. */
  public ServerSettings server() {
    return server;
  }

  /** Whether it says which key binds sessions to their callers. */
  public boolean hasSessionKey() {
    return sessionKey.isPresent();
  }

  /** The files that it names: certificates, keys, JWK sets. A change of one is a change of it. */
  public Set<Path> files() {
    return files;
  }

  /** The access log, in the configured format. */
  public AccessLog accessLog() {
    return jsonLog ? AccessLog.json() : AccessLog.text();
  }

  /** The audit log; empty when it is not asked for. */
  public Optional<AuditLog> auditLog() {
    return auditLog;
  }

  /** What it says about distributed traces; empty when nothing. */
  public Optional<TracingSettings> tracing() {
    return tracing;
  }

  /** What runs, but may not be what was meant. */
  public List<ConfigProblem> warnings() {
    return warnings;
  }

  /**
   * What would run: binds, listeners, routes, policies, metadata URLs, backends, and the warnings.
   *
   * @return several lines; nothing was fetched for it
   */
  public String describe() {
    StringBuilder text = new StringBuilder();
    if (trustedProxies.length > 0) {
      text.append("trustedProxies: ").append(String.join(" ", trustedProxies));
      text.append(trustedFields == ForwardedFields.FORWARDED ? " by Forwarded\n" : "\n");
    }
    maxRequestBytes.ifPresent(
        bytes -> text.append("requestBody: ").append(bytes).append(" bytes\n"));
    text.append(ProcessDescription.of(limits, server));
    sessionKey.ifPresent(unused -> text.append("session: with a key\n"));
    if (jsonLog) {
      text.append("logging: json\n");
    }
    auditLog.ifPresent(log -> text.append("auditLog: ").append(log).append('\n'));
    tracing.ifPresent(settings -> text.append("tracing: ").append(settings).append('\n'));
    text.append(Description.of(listeners));
    warnings.forEach(warning -> text.append("warning: ").append(warning).append('\n'));
    return text.toString();
  }

  /**
   * What it says, as YAML that can be shown: variables replaced, what holds without a key as a
   * comment, secrets as {@code ***}. Those are the values of keys that are secrets, the same
   * wherever else they stand, credentials and queries of URLs, and private parts of JWKs.
   *
   * @return several lines
   */
  public String maskedYaml() {
    return MaskedYaml.of(root);
  }

  /** Frees what the configuration holds, when no gateway was built; a gateway does so itself. */
  @Override
  public void close() {
    verifiers.forEach(TokenVerifier::close);
  }
}
