package io.mcpgateway;

import io.mcpgateway.http.RequestHead;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The route of a request among many: a prefix below one host, and a host of its own for each. */
@State(Scope.Benchmark)
public class RouteMatching {
  @Param({"1", "100", "10000"})
  int routes;

  private RouteTable byPath = new RouteTable(List.of());
  private RouteTable byHost = new RouteTable(List.of());
  private RequestHead request = RequestHead.builder("POST", "/").build();
  private String path = "/";

  @Setup
  public void fill() {
    Listener.Builder paths = Listener.builder();
    Listener.Builder hosts = Listener.builder();
    for (int i = 0; i < routes; i++) {
      paths.route(Route.builder().matches(RouteMatch.pathPrefix("/server-" + i + "/mcp")).build());
      hosts.route(Route.builder().hostnames("server-" + i + ".example.com").build());
    }
    byPath = new RouteTable(List.of(paths.build()));
    byHost = new RouteTable(List.of(hosts.build()));
    int middle = routes / 2;
    path = "/server-" + middle + "/mcp";
    request =
        RequestHead.builder("POST", path).authority("server-" + middle + ".example.com").build();
  }

  @Benchmark
  public Optional<ServedRoute> byPath() {
    return byPath.find(request, path);
  }

  @Benchmark
  public Optional<ServedRoute> byHost() {
    return byHost.find(request, path);
  }

  @Benchmark
  public Optional<ServedRoute> none() {
    return byPath.find(request, "/elsewhere/mcp");
  }
}
