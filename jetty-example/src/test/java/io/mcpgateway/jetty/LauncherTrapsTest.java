package io.mcpgateway.jetty;

import io.mcpgateway.LiveGateway;
import io.mcpgateway.McpGateway;
import io.mcpgateway.testkit.traps.Adapter;
import io.mcpgateway.testkit.traps.AuthorizationTraps;
import io.mcpgateway.testkit.traps.DiscoveryTraps;
import io.mcpgateway.testkit.traps.FaultTraps;
import io.mcpgateway.testkit.traps.LegacySseTraps;
import io.mcpgateway.testkit.traps.LimitTraps;
import io.mcpgateway.testkit.traps.MessageTraps;
import io.mcpgateway.testkit.traps.PolicyTraps;
import io.mcpgateway.testkit.traps.RunningGateway;
import io.mcpgateway.testkit.traps.StreamTraps;
import io.mcpgateway.testkit.traps.WireAttack;
import io.mcpgateway.testkit.traps.WireTraps;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Nested;

/** The traps in front of remote MCP servers, in the launcher. */
class LauncherTrapsTest {
  private static final Adapter LAUNCHER =
      (gateway, patience) ->
          patience.isPresent() ? impatient(gateway, patience.get()) : launcher(gateway);

  private static RunningGateway launcher(McpGateway gateway) throws Exception {
    JettyGateway server = JettyGateway.start(gateway, Duration.ZERO);
    return new RunningGateway(server.ports().get(0), "", server);
  }

  /** The launcher's own patience is a minute. */
  private static RunningGateway impatient(McpGateway gateway, Duration patience) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setIdleTimeout(patience.toMillis());
    server.addConnector(connector);
    server.setHandler(new GatewayHandler(new LiveGateway(gateway), new AtomicBoolean()));
    server.start();
    return new RunningGateway(
        connector.getLocalPort(),
        "",
        () -> {
          server.stop();
          gateway.close();
        });
  }

  @Nested
  class Authorization extends AuthorizationTraps {
    Authorization() {
      super(LAUNCHER);
    }
  }

  @Nested
  class Discovery extends DiscoveryTraps {
    Discovery() {
      super(LAUNCHER);
    }
  }

  @Nested
  class Faults extends FaultTraps {
    Faults() {
      super(LAUNCHER);
    }
  }

  @Nested
  class LegacySse extends LegacySseTraps {
    LegacySse() {
      super(LAUNCHER);
    }
  }

  @Nested
  class Limits extends LimitTraps {
    Limits() {
      super(LAUNCHER, 64 * 1024);
    }
  }

  @Nested
  class Messages extends MessageTraps {
    Messages() {
      super(LAUNCHER);
    }
  }

  @Nested
  class Policies extends PolicyTraps {
    Policies() {
      super(LAUNCHER);
    }
  }

  @Nested
  class Streams extends StreamTraps {
    Streams() {
      super(LAUNCHER);
    }
  }

  @Nested
  class Wire extends WireTraps {
    Wire() {
      super(LAUNCHER, WireAttack.Server.LAUNCHER);
    }
  }
}
