package io.mcpgateway.servlet;

import io.mcpgateway.testkit.traps.Adapter;
import io.mcpgateway.testkit.traps.RunningGateway;
import io.mcpgateway.testkit.traps.WireAttack.Server;
import io.mcpgateway.testkit.traps.WireTraps;
import org.junit.jupiter.api.Nested;

/** Attacks in bytes on a filter in a servlet container. */
class FilterWireTest {
  private static final String CONTEXT_PATH = "/app";

  private static Adapter in(Container.Kind kind) {
    return (gateway, patience) -> {
      Container container =
          kind.start(
              CONTEXT_PATH, patience, context -> McpGatewayFilter.register(context, gateway));
      return new RunningGateway(
          container.port(),
          CONTEXT_PATH,
          () -> {
            container.close();
            gateway.close();
          });
    };
  }

  @Nested
  class OnJetty extends WireTraps {
    OnJetty() {
      super(in(Container.Kind.JETTY), Server.JETTY);
    }
  }

  @Nested
  class OnTomcat extends WireTraps {
    OnTomcat() {
      super(in(Container.Kind.TOMCAT), Server.TOMCAT);
    }
  }

  @Nested
  class OnUndertow extends WireTraps {
    OnUndertow() {
      super(in(Container.Kind.UNDERTOW), Server.UNDERTOW);
    }
  }
}
