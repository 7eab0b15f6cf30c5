package io.mcpgateway.jetty;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.time.Instant;
import java.util.List;

/**
 * The launcher's logging: everything to standard output, lines of the access and the audit log as
 * they are. Set in code, as reading XML would take longer than opening a port. {@code
 * -Dlogback.configurationFile=...} replaces it.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LauncherLogging extends ContextAwareBase implements Configurator {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %msg%n";

  /** Called by logback. */
  public LauncherLogging() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    PatternLayout pattern = new PatternLayout();
    pattern.setPattern(PATTERN);
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(console(context, pattern));
    context.getLogger("io.mcpgateway").setLevel(Level.INFO);
    for (String name : List.of("io.mcpgateway.access", "io.mcpgateway.audit")) {
      var lines = context.getLogger(name);
      lines.setLevel(Level.INFO); // whatever is set above it
      lines.setAdditive(false);
      lines.addAppender(console(context, new AccessLayout()));
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static ConsoleAppender<ILoggingEvent> console(
      LoggerContext context, LayoutBase<ILoggingEvent> layout) {
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setEncoder(encoder);
    console.start();
    return console;
  }

  /** A JSON line has its time inside and must stay one document; a text line gets it in front. */
  private static final class AccessLayout extends LayoutBase<ILoggingEvent> {
    @Override
    public String doLayout(ILoggingEvent event) {
      String line = event.getFormattedMessage();
      String time = line.startsWith("{") ? "" : Instant.ofEpochMilli(event.getTimeStamp()) + " ";
      return time + line + System.lineSeparator();
    }
  }
}
