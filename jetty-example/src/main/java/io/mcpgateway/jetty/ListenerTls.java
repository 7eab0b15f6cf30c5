package io.mcpgateway.jetty;

import static java.util.stream.Collectors.toSet;

import io.mcpgateway.Listener;
import io.mcpgateway.Listener.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * What the listeners of a port show themselves with, and what they ask of clients; known to be
 * usable.
 *
 * @param keys their certificates and keys
 * @param authorities of the clients' certificates; empty when none is asked for
 */
record ListenerTls(KeyStore keys, Optional<KeyStore> authorities) {
  /**
   * Reads the files of the listeners of a port.
   *
   * @param bind all of them
   * @return empty when they speak plain HTTP
   * @throws IOException when a file cannot be read or used; the message names it, or the port
   */
  static Optional<ListenerTls> of(List<Listener> bind) throws IOException {
    List<Tls> all = bind.stream().flatMap(each -> each.tls().stream()).toList();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Set<Optional<Path>> roots = all.stream().map(Tls::root).collect(toSet());
    if (roots.size() > 1) {
      // A client chooses its certificate before it is known which host it asks for.
      throw new IOException(
          "port " + bind.get(0).port() + ": listeners with different root (expected: the same)");
    }
    Optional<Path> root = all.get(0).root();
    ListenerTls read =
        new ListenerTls(
            PemKeyStore.of(all),
            root.isPresent()
                ? Optional.of(PemKeyStore.ofAuthorities(root.get()))
                : Optional.empty());
    try {
      SslContextFactory.Server trial = read.engines();
      trial.start();
      trial.stop();
    } catch (Exception unusable) {
      throw new IOException(
          "port " + bind.get(0).port() + ": TLS cannot be used: " + unusable.getMessage(),
          unusable);
    }
    return Optional.of(read);
  }

  /** New settings of the TLS engine. */
  SslContextFactory.Server engines() {
    SslContextFactory.Server engines = new SslContextFactory.Server();
    engines.setIncludeProtocols("TLSv1.2", "TLSv1.3");
    engines.setSniRequired(false);
    applyTo(engines);
    return engines;
  }

  /** Puts these files in the place of others. */
  void applyTo(SslContextFactory.Server engines) {
    engines.setKeyStore(keys);
    engines.setKeyStorePassword(PemKeyStore.NO_PASSWORD);
    engines.setTrustStore(authorities.orElse(null));
    engines.setNeedClientAuth(authorities.isPresent());
  }
}
