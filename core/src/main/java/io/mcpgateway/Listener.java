package io.mcpgateway;

import io.mcpgateway.http.Loopback;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A port and a host name, and the routes that are served there. Opening the port is the server's
 * work: in a servlet container, address, port and TLS are the container's, and a listener whose
 * port is not the one a request came in by takes part all the same. Immutable and thread-safe.
 */
public final class Listener {
  private final String name;
  private final Optional<String> address;
  private final int port;
  private final String hostname;
  private final Optional<Tls> tls;
  private final List<Route> routes;

  private Listener(Builder builder) {
    this.name = builder.name;
    this.address = builder.address;
    this.port = builder.port;
    this.hostname = builder.hostname;
    this.tls = builder.tls;
    this.routes = List.copyOf(builder.routes);
  }

  /**
   * The files that an HTTPS listener shows itself with.
   *
   * @param certificate a PEM file: the certificate, then its chain
   * @param key a PEM file: the private key
   * @param root a PEM file: the authorities of the clients' certificates, which every client then
   *     has to show; empty when none is asked for
   */
  public record Tls(Path certificate, Path key, Optional<Path> root) {
    /**
     * Without certificates of clients.
     *
     * @param certificate a PEM file: the certificate, then its chain
     * @param key a PEM file: the private key
     */
    public Tls(Path certificate, Path key) {
      this(certificate, key, Optional.empty());
    }
  }

  /** Returns a new builder: any port, any host, plain HTTP. */
  public static Builder builder() {
    return new Builder();
  }

  /** The listener's name in logs. */
  public String name() {
    return name;
  }

  /** The local address it is bound to; empty for all. */
  public Optional<String> address() {
    return address;
  }

  /** The port; 0 for any. */
  public int port() {
    return port;
  }

  /** The host name it is for, lower case, possibly {@code *.domain}; empty for all. */
  public String hostname() {
    return hostname;
  }

  /** The certificate of an HTTPS listener; empty for HTTP. */
  public Optional<Tls> tls() {
    return tls;
  }

  /** Its routes, in the order they were given. */
  public List<Route> routes() {
    return routes;
  }

  /**
   * Tells whether requests to a route are checked for DNS rebinding here: as the route says, or
   * else where the address is a loopback one, as far as its spelling tells.
   *
   * @param route one of its routes
   */
  public boolean protectsFromRebinding(Route route) {
    return route
        .dnsRebindingProtection()
        .orElseGet(
            () -> address.filter(at -> Loopback.isHost(at.toLowerCase(Locale.ROOT))).isPresent());
  }

  /** Collects a listener. Not thread-safe. */
  public static final class Builder {
    private String name = "listener0";
    private Optional<String> address = Optional.empty();
    private int port;
    private String hostname = "";
    private Optional<Tls> tls = Optional.empty();
    private final List<Route> routes = new ArrayList<>();

    private Builder() {}

    /**
     * Sets the name. Default: {@code listener0}.
     *
     * @param name for logs
     * @return this
     */
    public Builder name(String name) {
      this.name = name;
      return this;
    }

    /**
     * Sets the local address to bind to. Default: all.
     *
     * @param address an IP address or host name
     * @return this
     */
    public Builder address(String address) {
      this.address = Optional.of(address);
      return this;
    }

    /**
     * Sets the port. Default: any, for embedding.
     *
     * @param port 0 to 65535; 0 for any
     * @return this
     * @throws IllegalArgumentException when it is out of range
     */
    public Builder port(int port) {
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
      }
      this.port = port;
      return this;
    }

    /**
     * Limits the listener to a host. Default: all.
     *
     * @param hostname any case, without port; {@code *.example.com} for all below; empty for all
     * @return this
     * @throws IllegalArgumentException when it is malformed
     */
    public Builder hostname(String hostname) {
      this.hostname =
          hostname.isEmpty() ? "" : Route.checkHostname(hostname.toLowerCase(Locale.ROOT));
      return this;
    }

    /**
     * Makes it an HTTPS listener. Default: HTTP.
     *
     * @param tls the certificate and key
     * @return this
     */
    public Builder tls(Tls tls) {
      this.tls = Optional.of(tls);
      return this;
    }

    /**
     * Adds a route.
     *
     * @param route tried by precedence: host, path, further conditions; then in order
     * @return this
     */
    public Builder route(Route route) {
      this.routes.add(route);
      return this;
    }

    /** Returns the listener. */
    public Listener build() {
      return new Listener(this);
    }
  }
}
