package io.mcpgateway.servlet;

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
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The traps in front of remote MCP servers, in a servlet container. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
class FilterTrapsTest {
  private static final String CONTEXT_PATH = "/app";

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private Adapter filter() {
    return this::start;
  }

  private RunningGateway start(McpGateway gateway, Optional<Duration> patience) throws Exception {
    Container container =
        kind.start(CONTEXT_PATH, patience, context -> McpGatewayFilter.register(context, gateway));
    return new RunningGateway(
        container.port(),
        CONTEXT_PATH,
        () -> {
          container.close();
          gateway.close();
        });
  }

  @Nested
  class Authorization extends AuthorizationTraps {
    Authorization() {
      super(filter());
    }
  }

  @Nested
  class Discovery extends DiscoveryTraps {
    Discovery() {
      super(filter());
    }
  }

  @Nested
  class Faults extends FaultTraps {
    Faults() {
      super(filter());
    }
  }

  @Nested
  class LegacySse extends LegacySseTraps {
    LegacySse() {
      super(filter());
    }
  }

  @Nested
  class Limits extends LimitTraps {
    Limits() {
      super(filter(), 8 * 1024);
    }
  }

  @Nested
  class Messages extends MessageTraps {
    Messages() {
      super(filter());
    }

    /** Undertow's parser makes one space of several. */
    @Override
    protected String asParsed(String value) {
      return kind == Container.Kind.UNDERTOW ? value.replaceAll(" +", " ") : value;
    }
  }

  @Nested
  class Policies extends PolicyTraps {
    Policies() {
      super(filter());
    }
  }

  @Nested
  class Streams extends StreamTraps {
    Streams() {
      super(filter());
    }
  }
}
