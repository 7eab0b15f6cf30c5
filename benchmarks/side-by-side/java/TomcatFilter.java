import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.config.GatewayConfig;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.servlet.McpGatewayFilter;
import jakarta.servlet.http.HttpServlet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/**
 * The gateway as a filter on Tomcat: {@code TomcatFilter PORT CONFIG_FILE}, or {@code TomcatFilter
 * PORT BACKEND_URL ROUTES} for so many routes, of which the last is {@code /mcp}.
 */
public final class TomcatFilter {
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    McpGateway gateway =
        arguments.length == 3
            ? withRoutes(arguments[1], Integer.parseInt(arguments[2]))
            : GatewayConfig.read(Path.of(arguments[1]), Map.of()).toBuilder().build();
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("side-by-side").toString());
    Connector connector = new Connector();
    connector.setPort(port);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("maxConnections", "20000");
    connector.setProperty("acceptCount", "1000");
    connector.setProperty("maxKeepAliveRequests", "-1");
    connector.setProperty("keepAliveTimeout", "600000");
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    FilterDef filter = new FilterDef();
    filter.setFilterName("gateway");
    filter.setFilter(new McpGatewayFilter(gateway));
    filter.setAsyncSupported("true");
    context.addFilterDef(filter);
    FilterMap everything = new FilterMap();
    everything.setFilterName("gateway");
    everything.addURLPattern("/*");
    everything.setDispatcher("REQUEST");
    everything.setDispatcher("ASYNC");
    context.addFilterMap(everything);
    Wrapper nothing = Tomcat.addServlet(context, "nothing", new HttpServlet() {});
    nothing.setAsyncSupported(true);
    context.addServletMappingDecoded("/", "nothing");
    tomcat.start();
    tomcat.getServer().await();
  }

  private static McpGateway withRoutes(String backend, int routes) {
    McpGateway.Builder gateway = McpGateway.builder();
    for (int n = 1; n < routes; n++) {
      gateway.route(route("/team-" + n % 100 + "/server-" + n + "/mcp", backend));
    }
    return gateway.route(route("/mcp", backend)).build();
  }

  private static Route route(String path, String backend) {
    return Route.builder()
        .matches(RouteMatch.pathPrefix(path))
        .backend(Backend.of(backend))
        .build();
  }

  private TomcatFilter() {}
}
