package io.mcpgateway;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.AuthenticationResult;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.cors.CorsDecision;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.RequestPath;
import io.mcpgateway.http.Response;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.metadata.MetadataEndpoint;
import io.mcpgateway.metadata.WellKnownUri;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The order in which the policies decide. They decide with values; nothing is sent here. */
final class RequestPipeline {
  private final RouteTable routes;
  private final TrustedProxies trustedProxies;

  RequestPipeline(RouteTable routes, TrustedProxies trustedProxies) {
    this.routes = routes;
    this.trustedProxies = trustedProxies;
  }

  /**
   * Decides about one request.
   *
   * @param clientRequest its head
   * @return completes at once, unless a policy waits for I/O
   */
  CompletionStage<Verdict> decide(RequestHead clientRequest) {
    PublicOrigin origin = PublicOrigin.of(clientRequest, trustedProxies);

    // A target that two parties could read in two ways reaches nobody.
    Optional<String> path = RequestPath.decode(clientRequest.path());
    if (path.isEmpty() || !PublicOrigin.isAuthority(clientRequest.authority())) {
      return refuse(400, "bad_request", "ambiguous request target", origin);
    }

    // RFC 9110, 9.3.6 and 9.3.8: a tunnel or a loop-back is nothing that MCP needs.
    if (clientRequest.method().equals("CONNECT") || clientRequest.method().equals("TRACE")) {
      return refuse(501, "not_implemented", "method " + clientRequest.method(), origin);
    }

    // Metadata is public, and found by the resource it describes: before any other route. It names
    // the path as it came, since clients compare it byte for byte (RFC 9728, 3.3).
    Optional<String> resource = WellKnownUri.resourcePath(clientRequest.path());
    Optional<ServedRoute> described =
        resource.flatMap(RequestPath::decode).flatMap(at -> routes.findResource(clientRequest, at));
    Optional<ServedRoute> found = described.or(() -> routes.find(clientRequest, path.get()));
    if (found.isEmpty()) {
      return refuse(404, "not_found", "no route matches", origin);
    }
    Route route = found.get().route();

    // Before anything is told: a page of another site shall not even learn where to log in.
    Optional<Verdict> foreign = found.get().refuse(clientRequest, origin);
    if (foreign.isPresent()) {
      return done(foreign.get());
    }
    if (described.isPresent()) {
      return metadata(clientRequest, resource.orElseThrow(), route, origin);
    }

    // Before authentication: a preflight carries no token, and a refusal that a script may not
    // read cannot tell it where to get one.
    CorsDecision cors =
        route.cors().map(policy -> policy.decide(clientRequest)).orElse(CorsDecision.NONE);
    if (cors.preflight()) {
      return answer(Response.empty(200, cors.responseHeaders()), origin, route);
    }
    if (route.authentication().isEmpty()) {
      return done(pass(route, origin, Optional.empty(), cors.responseHeaders()));
    }

    // Clients that look for the authorization server here must learn that it is elsewhere.
    if (WellKnownUri.asksForAuthorizationServer(path.get())) {
      return answer(notFound(cors.responseHeaders()), origin, route);
    }
    return route
        .authentication()
        .get()
        .authenticate(clientRequest, origin)
        .thenApply(result -> authenticated(result, route, origin, cors.responseHeaders()));
  }

  private static CompletionStage<Verdict> metadata(
      RequestHead clientRequest, String resource, Route route, PublicOrigin origin) {
    McpAuthentication authentication = route.authentication().orElseThrow();
    Response document =
        MetadataEndpoint.answer(
            clientRequest,
            resource,
            authentication.resourceMetadata(),
            origin,
            authentication.verifier().issuers());
    return answer(document, origin, route);
  }

  private static Verdict authenticated(
      AuthenticationResult result, Route route, PublicOrigin origin, Headers responseHeaders) {
    if (result instanceof AuthenticationResult.Passed passed) {
      return pass(route, origin, passed.caller(), responseHeaders);
    }
    AuthenticationResult.Refused refused = (AuthenticationResult.Refused) result;
    return new Verdict.Answer(
        refused.response().with(responseHeaders),
        origin,
        Optional.of(route),
        Optional.of(refused.reason()));
  }

  private static Verdict pass(
      Route route,
      PublicOrigin origin,
      Optional<AuthenticatedPrincipal> caller,
      Headers responseHeaders) {
    return route.backend().isPresent()
        ? new Verdict.Forward(route, route.backend().get(), origin, caller, responseHeaders)
        : new Verdict.Proceed(route, origin, caller, responseHeaders);
  }

  private static Response notFound(Headers responseHeaders) {
    return Response.json(404, responseHeaders, "{\"error\":\"not_found\"}");
  }

  private static CompletionStage<Verdict> answer(
      Response response, PublicOrigin origin, Route route) {
    return done(new Verdict.Answer(response, origin, Optional.of(route), Optional.empty()));
  }

  private static CompletionStage<Verdict> refuse(
      int status, String error, String reason, PublicOrigin origin) {
    Response response = Response.json(status, Headers.EMPTY, "{\"error\":\"%s\"}".formatted(error));
    return done(new Verdict.Answer(response, origin, Optional.empty(), Optional.of(reason)));
  }

  private static CompletionStage<Verdict> done(Verdict verdict) {
    return CompletableFuture.completedStage(verdict);
  }
}
