package io.mcpgateway.config;

import io.mcpgateway.Listener;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.RouteMatch.PathMatch;
import io.mcpgateway.RouteMatch.ValueMatch;
import io.mcpgateway.auth.ApiKeyVerifier;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenBinding;
import io.mcpgateway.auth.TokenCache;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.forward.HttpVersion;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.json.Json;
import io.mcpgateway.jwt.DpopBinding;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.jwt.MultiIssuerVerifier;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.metadata.ResourceMetadata;
import io.mcpgateway.metadata.WellKnownUri;
import io.mcpgateway.oauth.IntrospectionVerifier;
import io.mcpgateway.provider.IdentityProvider;
import io.mcpgateway.provider.ProviderKind;
import io.mcpgateway.tls.BackendTls;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tells what a gateway would do, for people: one fact per line, in the words of the YAML. */
final class Description {
  private final StringBuilder text = new StringBuilder();

  private Description() {}

  /**
   * Describes listeners, whether they come from YAML or from builders.
   *
   * @param listeners those of one port one after the other
   */
  static String of(List<Listener> listeners) {
    Description description = new Description();
    Map<String, List<Listener>> binds = new LinkedHashMap<>();
    for (Listener listener : listeners) {
      binds.computeIfAbsent(address(listener), unused -> new ArrayList<>()).add(listener);
    }
    binds.forEach(
        (address, together) -> {
          description.line(0, "bind " + address);
          together.forEach(description::listener);
        });
    return description.text.toString();
  }

  private static String address(Listener listener) {
    String host =
        listener.address().map(name -> name.contains(":") ? "[" + name + "]" : name).orElse("*");
    return host + ":" + (listener.port() == 0 ? "*" : Integer.toString(listener.port()));
  }

  private void line(int depth, String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }

  private void listener(Listener listener) {
    String protocol =
        listener
            .tls()
            .map(
                tls ->
                    "HTTPS, cert "
                        + tls.certificate()
                        + ", key "
                        + tls.key()
                        + tls.root().map(root -> ", root " + root).orElse(""))
            .orElse("HTTP");
    String host = listener.hostname().isEmpty() ? "every host" : listener.hostname();
    line(1, "listener " + listener.name() + ": " + host + ", " + protocol);
    listener.routes().forEach(route -> route(route, listener.protectsFromRebinding(route)));
  }

  private void route(Route route, boolean protectedFromRebinding) {
    String hosts =
        route.hostnames().isEmpty() ? "every host" : String.join(" or ", route.hostnames());
    line(2, "route " + route.name() + ": " + hosts);
    route.matches().forEach(match -> line(3, "match: " + match(match)));
    route.cors().ifPresent(this::cors);
    route.allowedOrigins().ifPresent(origins -> line(3, "allowedOrigins: " + list(origins)));
    if (protectedFromRebinding) {
      line(3, "dnsRebindingProtection");
    }
    route.authentication().ifPresent(this::authentication);
    if (!route.requiredScopes().isEmpty()) {
      line(3, "requiredScopes: " + route.requiredScopes());
    }
    route.authorization().ifPresent(rules -> line(3, "mcpAuthorization: " + rules));
    route
        .backend()
        .ifPresentOrElse(this::backend, () -> line(3, "the application behind the filter"));
    if (route.authorizationPassedOn()) {
      line(3, "backendAuth: passthrough");
    }
    route.backendAuth().ifPresent(own -> line(3, "backendAuth: " + own.description()));
    route.identityHeaders().ifPresent(own -> line(3, "identityHeaders: " + own));
    route.signedIdentity().ifPresent(own -> line(3, "signedIdentity: " + own));
    modifier("requestHeaderModifier", route.requestHeaderModifier());
    modifier("responseHeaderModifier", route.responseHeaderModifier());
    if (route.headerValidation() != HeaderValidation.AUTO) {
      line(3, "mcpHeaderValidation: " + route.headerValidation().name().toLowerCase(Locale.ROOT));
    }
    if (!route.keepAlive().equals(Route.DEFAULT_KEEP_ALIVE)) {
      line(3, "sseKeepAlive: " + route.keepAlive().map(GoDuration::format).orElse("never"));
    }
    route.responseTimeout().ifPresent(limit -> line(3, "timeout: " + GoDuration.format(limit)));
    if (route.retry().attempts() > 0) {
      String backoff = GoDuration.format(route.retry().backoff());
      line(3, "retry: " + route.retry().attempts() + " times, each after " + backoff);
    }
  }

  private void modifier(String name, HeaderModifier modifier) {
    if (!modifier.equals(HeaderModifier.NONE)) {
      line(3, name + ": " + modifier);
    }
  }

  private void backend(Backend backend) {
    String transport = backend.isLegacy() ? ", HTTP with SSE" : "";
    line(3, "backend " + backend.name() + ": " + backend.url() + transport);
    backend.tls().ifPresent(this::backendTls);
    if (backend.hostPreserved()) {
      line(4, "preserveHost");
    }
    List<HttpVersion> versions = backend.httpVersions();
    if (!versions.equals(new Backend(backend.name(), backend.url()).httpVersions())) {
      line(
          4, "speaks " + String.join(", else ", versions.stream().map(Description::name).toList()));
    }
  }

  private static String name(HttpVersion version) {
    return version == HttpVersion.HTTP_2 ? "HTTP/2.0" : "HTTP/1.1";
  }

  private void backendTls(BackendTls tls) {
    List<String> parts = new ArrayList<>();
    tls.root().ifPresent(root -> parts.add("root " + root));
    tls.certificate().ifPresent(certificate -> parts.add("cert " + certificate));
    tls.hostname().ifPresent(name -> parts.add("hostname " + name));
    if (!tls.subjectAltNames().isEmpty()) {
      parts.add("subjectAltNames " + list(tls.subjectAltNames()));
    }
    switch (tls.verification()) {
      case AUTHORITY_AND_HOST -> {}
      case AUTHORITY -> parts.add("insecureHost");
      case NONE -> parts.add("insecure");
    }
    if (!parts.isEmpty()) {
      line(4, "backendTLS: " + String.join(", ", parts));
    }
  }

  private static String match(RouteMatch match) {
    List<String> parts = new ArrayList<>();
    parts.add(path(match.path()));
    match.method().ifPresent(method -> parts.add("method " + method));
    match.headers().forEach(header -> parts.add("header " + value(header)));
    match.query().forEach(parameter -> parts.add("query " + value(parameter)));
    return String.join(", ", parts);
  }

  private static String path(PathMatch path) {
    if (path instanceof PathMatch.Exact exact) {
      return "exact " + exact.path();
    }
    if (path instanceof PathMatch.Prefix prefix) {
      return "pathPrefix " + (prefix.path().isEmpty() ? "/" : prefix.path());
    }
    return "regex " + ((PathMatch.Regex) path).pattern().pattern();
  }

  private static String value(ValueMatch match) {
    return match.name()
        + (match.exact() ? " exact " : " regex ")
        + Json.write(match.value().pattern());
  }

  private void cors(CorsPolicy cors) {
    List<String> parts = new ArrayList<>();
    parts.add("allowOrigins " + list(cors.allowOrigins()));
    parts.add("allowHeaders " + orMcp(cors.allowHeaders()));
    parts.add("allowMethods " + orMcp(cors.allowMethods()));
    parts.add("exposeHeaders " + orMcp(cors.exposeHeaders()));
    if (cors.allowCredentials()) {
      parts.add("allowCredentials");
    }
    cors.maxAge().ifPresent(age -> parts.add("maxAge " + GoDuration.format(age)));
    line(3, "cors: " + String.join(", ", parts));
  }

  private static String list(List<String> values) {
    return values.isEmpty() ? "none" : String.join(" ", values);
  }

  private static String orMcp(List<String> values) {
    return values.isEmpty() ? "as MCP needs" : String.join(" ", values);
  }

  private void authentication(McpAuthentication authentication) {
    String mode = authentication.mode().name().toLowerCase(Locale.ROOT);
    if (authentication.verifier() instanceof ApiKeyVerifier keys) {
      line(3, "apiKey: " + mode + ", keys: " + keys.size());
      keys.otherwise().ifPresent(tokens -> verifier(mode, tokens));
    } else {
      verifier(mode, authentication.verifier());
    }
    authentication.provider().ifPresent(this::provider);
    authentication.bindings().forEach(this::binding);
    if (!authentication.endsStreams()) {
      line(4, "streams go on when their token has expired");
    }
    metadata(authentication.resourceMetadata());
  }

  private void provider(IdentityProvider provider) {
    if (provider.kind() == ProviderKind.PLAIN) {
      line(4, "authorizationServerMetadata: proxy, of " + provider.issuer());
      return;
    }
    List<String> parts = new ArrayList<>();
    parts.add(provider.kind().name().toLowerCase(Locale.ROOT));
    provider.audience().ifPresent(audience -> parts.add("audience " + audience));
    provider.clientId().ifPresent(client -> parts.add("clientId " + client));
    if (provider.hasClientSecret()) {
      parts.add("with a clientSecret");
    }
    line(4, "provider: " + String.join(", ", parts));
  }

  private void verifier(String mode, TokenVerifier verifier) {
    if (verifier instanceof JwtVerifier jwt) {
      line(3, "mcpAuthentication: " + mode + ", issuer " + jwt.issuer());
      issuer(4, jwt);
      tokenCache(jwt.tokenCache());
      return;
    }
    if (verifier instanceof IntrospectionVerifier asking) {
      introspection(mode, asking);
      return;
    }
    line(3, "mcpAuthentication: " + mode + ", issuers " + list(verifier.issuers()));
    if (verifier instanceof MultiIssuerVerifier several) {
      for (JwtVerifier jwt : several.verifiers()) {
        line(4, "issuer " + jwt.issuer());
        issuer(5, jwt);
      }
      tokenCache(several.tokenCache());
    }
  }

  private void issuer(int depth, JwtVerifier jwt) {
    line(depth, "audiences: " + String.join(" ", jwt.audiences()));
    line(depth, "keys: " + jwt.keysFrom());
    line(depth, "clockSkew: " + GoDuration.format(jwt.clockSkew()));
    jwt.options().forEach((name, value) -> line(depth, name + ": " + value));
  }

  private void tokenCache(TokenCache cache) {
    if (!cache.maxAge().equals(TokenCache.DEFAULT_MAX_AGE)
        || cache.maxEntries() != TokenCache.DEFAULT_MAX_ENTRIES) {
      line(
          4,
          "tokenCache: maxAge "
              + GoDuration.format(cache.maxAge())
              + ", maxEntries "
              + cache.maxEntries());
    }
  }

  private void introspection(String mode, IntrospectionVerifier asking) {
    line(3, "mcpAuthentication: " + mode + ", issuer " + asking.issuer());
    String missing = asking.audienceVerifiedByIssuer() ? ", verified by the issuer" : "";
    line(4, "audiences: " + String.join(" ", asking.audiences()) + missing);
    line(4, "introspection: " + asking.url() + ", " + asking.client());
    line(4, "cacheFor: " + GoDuration.format(asking.cacheFor()));
    line(4, "clockSkew: " + GoDuration.format(asking.clockSkew()));
  }

  private void binding(TokenBinding binding) {
    String mode = binding.required() ? "required" : "optional";
    if (binding instanceof DpopBinding dpop) {
      line(
          4,
          "dpop: "
              + mode
              + ", maxAge "
              + GoDuration.format(dpop.maxAge())
              + (dpop.nonce() ? ", nonce" : "")
              + ", algorithms "
              + list(dpop.algorithms()));
    } else {
      String header = binding.proxyHeader().map(name -> ", header " + name).orElse("");
      line(4, "clientCertificate: " + mode + header);
    }
  }

  private void metadata(ResourceMetadata metadata) {
    Optional<URI> resource = metadata.resource();
    line(4, "resource: " + resource.map(URI::toString).orElse("the URL of each request"));
    line(
        4,
        "metadata: "
            + resource.map(WellKnownUri::of).orElse(WellKnownUri.PATH + " and the request's path"));
    if (!metadata.parameters().isEmpty()) {
      line(4, "parameters: " + Json.write(metadata.parameters()));
    }
  }
}
