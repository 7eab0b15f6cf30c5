package io.mcpgateway;

import io.mcpgateway.Verdict.Passage;
import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.AuthenticationResult;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.backendauth.SignedIdentity;
import io.mcpgateway.cors.CorsDecision;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.RequestPath;
import io.mcpgateway.http.Response;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.mcp.JsonRpcError;
import io.mcpgateway.mcp.MessageReader;
import io.mcpgateway.mcp.MessageReading;
import io.mcpgateway.mcp.ProtocolVersion;
import io.mcpgateway.metadata.MetadataEndpoint;
import io.mcpgateway.metadata.PublicEndpoint;
import io.mcpgateway.metadata.WellKnownUri;
import io.mcpgateway.provider.AuthorizationServerPath;
import io.mcpgateway.provider.IdentityProvider;
import io.mcpgateway.session.SessionBinding;
import io.mcpgateway.session.SessionKey;
import io.mcpgateway.telemetry.RefusalCode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The order in which the policies decide. They decide with values; nothing is sent here. */
final class RequestPipeline {
  private final RouteTable routes;
  private final TrustedProxies trustedProxies;
  private final SessionKey sessionKey;
  private final GatewayLimits limits;
  private final long maxMessageBytes;

  /**
   * A pipeline.
   *
   * @param routes what may match
   * @param trustedProxies whose word on the client counts
   * @param sessionKey binds sessions to callers
   * @param limits how large a request head may be
   * @param maxMessageBytes how long a message may be that a policy reads
   */
  RequestPipeline(
      RouteTable routes,
      TrustedProxies trustedProxies,
      SessionKey sessionKey,
      GatewayLimits limits,
      long maxMessageBytes) {
    this.routes = routes;
    this.trustedProxies = trustedProxies;
    this.sessionKey = sessionKey;
    this.limits = limits;
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Decides about one request.
   *
   * @param request its head
   * @param body its body; asked for only when a policy reads it
   * @return completes at once, unless a policy waits for I/O
   */
  CompletionStage<Verdict> decide(RequestHead request, Supplier<BodySource> body) {
    RequestHead clientRequest = trustedProxies.reported(request);
    return judge(clientRequest, body)
        .thenCompose(verdict -> GatewayCredential.putOn(verdict, clientRequest));
  }

  /**
   * The fields by which a script of an allowed page may read an answer that nothing was decided
   * about.
   *
   * @param request its head
   * @return empty where no policy says otherwise
   */
  Headers corsHeaders(RequestHead request) {
    RequestHead clientRequest = trustedProxies.reported(request);
    if (limits.refuse(clientRequest).isPresent()
        || !PublicOrigin.isAuthority(clientRequest.authority())) {
      return Headers.EMPTY;
    }
    return RequestPath.decode(clientRequest.path())
        .flatMap(path -> routes.find(clientRequest, path))
        .flatMap(served -> served.route().cors())
        .map(policy -> policy.decide(clientRequest).responseHeaders())
        .orElse(Headers.EMPTY);
  }

  private CompletionStage<Verdict> judge(RequestHead clientRequest, Supplier<BodySource> body) {
    PublicOrigin origin = PublicOrigin.of(clientRequest, trustedProxies);

    Optional<Response> tooLarge = limits.refuse(clientRequest);
    if (tooLarge.isPresent()) {
      return done(
          new Verdict.Answer(
              tooLarge.get(),
              origin,
              Optional.empty(),
              Optional.empty(),
              Optional.of(
                  new Verdict.Refusal(
                      RefusalCode.HEAD_TOO_LARGE, "the request head is too large"))));
    }

    // A target that two parties could read in two ways reaches nobody.
    Optional<String> path = RequestPath.decode(clientRequest.path());
    if (path.isEmpty() || !PublicOrigin.isAuthority(clientRequest.authority())) {
      return refuse(
          400, "bad_request", RefusalCode.BAD_REQUEST, "ambiguous request target", origin);
    }

    // Not every server looks at it over HTTP/2, where a blank ends nothing.
    if (!Headers.isToken(clientRequest.method())) {
      return refuse(400, "bad_request", RefusalCode.BAD_REQUEST, "malformed method", origin);
    }

    // RFC 9110, 9.3.6 and 9.3.8: a tunnel or a loop-back is nothing that MCP needs. 9.1: post is
    // not POST; a policy would be for the one, and a backend take it for the other.
    if (clientRequest.method().equals("CONNECT")
        || clientRequest.method().equals("TRACE")
        || clientRequest.method().chars().anyMatch(Character::isLowerCase)) {
      return refuse(
          501,
          "not_implemented",
          RefusalCode.METHOD_NOT_IMPLEMENTED,
          "method " + clientRequest.method(),
          origin);
    }

    // Public, and the same for all routes: whoever is behind one verifies signed identities by it.
    if (routes.identityKeys().isPresent() && path.get().equals(SignedIdentity.KEYS_PATH)) {
      return done(IdentityKeys.answer(clientRequest, routes.identityKeys().get(), origin));
    }

    // Metadata is public, and found by the resource it describes: before any other route. It names
    // the path as it came, since clients compare it byte for byte (RFC 9728, 3.3).
    Optional<String> resource = WellKnownUri.resourcePath(clientRequest.path());
    Optional<ServedRoute> described =
        resource.flatMap(RequestPath::decode).flatMap(at -> routes.findResource(clientRequest, at));
    // So is the metadata of an authorization server that is presented for the resource.
    Optional<AuthorizationServerPath> presented =
        AuthorizationServerPath.parse(clientRequest.path());
    Optional<ServedRoute> presenting =
        presented
            .flatMap(at -> RequestPath.decode(at.resourcePath()))
            .flatMap(at -> routes.findResource(clientRequest, at))
            .filter(served -> providerOf(served.route()).isPresent());
    Optional<ServedRoute> found =
        described.or(() -> presenting).or(() -> routes.find(clientRequest, path.get()));
    if (found.isEmpty()) {
      return refuse(404, "not_found", RefusalCode.NO_ROUTE, "no route matches", origin);
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

    Optional<AuthorizationServerPath> standIn =
        presenting.isPresent() ? presented : Optional.empty();
    // A stage from here on, so that a failure, too, has an answer that a script may read.
    return CompletableFuture.completedStage(cors)
        .thenCompose(
            any ->
                standIn.isPresent()
                    ? authorizationServer(clientRequest, standIn.get(), route, origin, cors, body)
                    : admit(clientRequest, path.get(), route, origin, cors, body))
        .exceptionally(
            failure ->
                new Verdict.Answer(
                    GatewayFault.answer(failure, cors.responseHeaders()),
                    origin,
                    Optional.of(route),
                    Optional.empty(),
                    Optional.of(
                        new Verdict.Refusal(
                            RefusalCode.INTERNAL_ERROR, GatewayFault.reason(failure)))));
  }

  private CompletionStage<Verdict> admit(
      RequestHead clientRequest,
      String path,
      Route route,
      PublicOrigin origin,
      CorsDecision cors,
      Supplier<BodySource> body) {
    // Clients that look for the authorization server here must learn that it is elsewhere.
    if (route.authentication().isPresent() && WellKnownUri.asksForAuthorizationServer(path)) {
      return answer(notFound(cors.responseHeaders()), origin, route);
    }
    return authenticate(clientRequest, route, origin)
        .thenCompose(
            result ->
                result instanceof AuthenticationResult.Passed passed
                    ? onward(new Arrival(clientRequest, route, origin, passed.caller(), cors), body)
                    : refuse(
                        (AuthenticationResult.Refused) result,
                        route,
                        origin,
                        cors.responseHeaders()));
  }

  private static CompletionStage<AuthenticationResult> authenticate(
      RequestHead clientRequest, Route route, PublicOrigin origin) {
    return route.authentication().isPresent()
        ? route
            .authentication()
            .get()
            .authenticate(clientRequest, origin, route.requiredScopes().base())
        : CompletableFuture.completedStage(new AuthenticationResult.Passed(Optional.empty()));
  }

  private static CompletionStage<Verdict> metadata(
      RequestHead clientRequest, String resource, Route route, PublicOrigin origin) {
    McpAuthentication authentication = route.authentication().orElseThrow();
    List<String> issuers = authentication.verifier().issuers();
    Optional<IdentityProvider> provider = authentication.provider();
    // MCP 2026-07-28 has clients compare the issuer in the server's answers (RFC 9207) with the
    // one they were led to: they get the true one.
    boolean stoodIn = provider.isPresent() && ProtocolVersion.hasSessions(clientRequest.headers());
    Response document =
        MetadataEndpoint.answer(
            clientRequest,
            resource,
            authentication.resourceMetadata(),
            origin,
            stoodIn
                ? provider
                    .get()
                    .standIn(
                        issuers,
                        clientRequest,
                        resource,
                        origin,
                        authentication.resourceMetadata().resource())
                : issuers);
    return answer(provider.isPresent() ? varying(document) : document, origin, route);
  }

  private static Response varying(Response document) {
    Headers headers =
        document.headers().toBuilder()
            .add(HeaderNames.VARY, HeaderNames.MCP_PROTOCOL_VERSION)
            .build();
    return new Response(document.status(), headers, document.body());
  }

  private static Optional<IdentityProvider> providerOf(Route route) {
    return route.authentication().flatMap(McpAuthentication::provider);
  }

  /** The endpoints that the gateway has in the stead of the route's authorization server. */
  private static CompletionStage<Verdict> authorizationServer(
      RequestHead clientRequest,
      AuthorizationServerPath path,
      Route route,
      PublicOrigin origin,
      CorsDecision cors,
      Supplier<BodySource> body) {
    Headers openTo =
        route.cors().isPresent() ? cors.responseHeaders() : PublicEndpoint.OPEN_TO_SCRIPTS;
    return providerOf(route)
        .orElseThrow()
        .answer(
            clientRequest,
            path,
            origin,
            route.authentication().flatMap(policy -> policy.resourceMetadata().resource()),
            body)
        .thenApply(
            response ->
                new Verdict.Answer(
                    response.with(openTo),
                    origin,
                    Optional.of(route),
                    Optional.empty(),
                    response.status() < 400
                        ? Optional.empty()
                        : Optional.of(
                            new Verdict.Refusal(
                                RefusalCode.AUTHORIZATION_SERVER,
                                "in the stead of the authorization server"))));
  }

  /** A request that its policies let in; what it asks for is still to be looked at. */
  private record Arrival(
      RequestHead request,
      Route route,
      PublicOrigin origin,
      Optional<AuthenticatedPrincipal> caller,
      CorsDecision cors) {}

  /**
   * Sessions belong to callers; a message is read where a policy decides by it; then scopes and
   * rules have their say.
   */
  private CompletionStage<Verdict> onward(Arrival arrival, Supplier<BodySource> body) {
    Route route = arrival.route();
    SessionBinding session =
        route.authentication().isPresent()
            ? SessionBinding.of(sessionKey, arrival.caller())
            : SessionBinding.ofAnybody(sessionKey);
    Optional<RequestHead> request =
        OnwardRequest.of(arrival.request(), route, arrival.caller(), session);
    Optional<String> endpoint =
        route.backend().flatMap(any -> SessionBinding.endpointIn(arrival.request().query()));
    Optional<String> target = endpoint.flatMap(session::endpointToServer);
    if (request.isEmpty() || target.isPresent() != endpoint.isPresent()) {
      return refuse(
          404,
          "session not found",
          RefusalCode.NO_SESSION,
          "a session of somebody else, or of nobody",
          arrival);
    }
    boolean message = arrival.request().method().equals("POST");
    if (message && target.isEmpty() && route.backend().filter(Backend::isLegacy).isPresent()) {
      // Its messages have a place of their own, which begins with a stream.
      return refuse(
          405,
          "open the stream first",
          RefusalCode.METHOD_NOT_ALLOWED,
          "a message without a stream",
          arrival);
    }
    Passage passage =
        new Passage(
            route,
            arrival.origin(),
            arrival.caller(),
            request.get(),
            session,
            arrival.cors().responseHeaders());
    if (!message || !route.readsMessages()) {
      return done(
          OperationAccess.refuse(passage, arrival.request().method())
              .orElseGet(() -> passed(passage, target, Optional.empty())));
    }
    boolean compared = route.headerValidation() != HeaderValidation.OFF;
    return MessageReader.read(arrival.request().headers(), compared, body.get(), maxMessageBytes)
        .thenCompose(
            reading ->
                reading instanceof MessageReading.Message readable
                    ? done(
                        OperationAccess.refuse(passage, readable, target.isPresent())
                            .orElseGet(() -> passed(passage, target, Optional.of(readable))))
                    : refuse((MessageReading.Refused) reading, arrival));
  }

  private static Verdict passed(
      Passage passage, Optional<String> target, Optional<MessageReading.Message> read) {
    return passage.route().backend().isPresent()
        ? new Verdict.Forward(passage, passage.route().backend().get(), target, read)
        : new Verdict.Proceed(passage, read);
  }

  private static Response notFound(Headers responseHeaders) {
    return Response.json(404, responseHeaders, "{\"error\":\"not_found\"}");
  }

  private static CompletionStage<Verdict> answer(
      Response response, PublicOrigin origin, Route route) {
    return done(
        new Verdict.Answer(
            response, origin, Optional.of(route), Optional.empty(), Optional.empty()));
  }

  private static CompletionStage<Verdict> refuse(
      int status, String error, RefusalCode code, String reason, PublicOrigin origin) {
    Response response = Response.json(status, Headers.EMPTY, "{\"error\":\"%s\"}".formatted(error));
    return done(
        new Verdict.Answer(
            response,
            origin,
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Verdict.Refusal(code, reason))));
  }

  private static CompletionStage<Verdict> refuse(
      AuthenticationResult.Refused refused, Route route, PublicOrigin origin, Headers cors) {
    return done(
        new Verdict.Answer(
            refused.response().with(cors),
            origin,
            Optional.of(route),
            Optional.empty(),
            Optional.of(new Verdict.Refusal(refused.code(), refused.reason()))));
  }

  private static CompletionStage<Verdict> refuse(
      int status, String message, RefusalCode code, String reason, Arrival arrival) {
    JsonRpcError error = new JsonRpcError(JsonRpcError.INVALID_REQUEST, message);
    return refuse(status, error, Optional.empty(), new Verdict.Refusal(code, reason), arrival);
  }

  private static CompletionStage<Verdict> refuse(MessageReading.Refused refused, Arrival arrival) {
    RefusalCode code =
        switch (refused.status()) {
          case 408, 413 -> RefusalCode.BAD_BODY;
          case 503 -> RefusalCode.OVERLOADED;
          default -> RefusalCode.BAD_MESSAGE;
        };
    Verdict.Refusal refusal = new Verdict.Refusal(code, refused.error().message());
    return refuse(refused.status(), refused.error(), refused.id(), refusal, arrival);
  }

  private static CompletionStage<Verdict> refuse(
      int status,
      JsonRpcError error,
      Optional<String> id,
      Verdict.Refusal refusal,
      Arrival arrival) {
    Headers headers =
        switch (status) {
          case 405 -> Headers.of(HeaderNames.ALLOW, "GET");
          case 503 -> Headers.of(HeaderNames.RETRY_AFTER, "1");
          default -> Headers.EMPTY;
        };
    return done(
        new Verdict.Answer(
            Response.json(status, headers, error.body(id)).with(arrival.cors().responseHeaders()),
            arrival.origin(),
            Optional.of(arrival.route()),
            arrival.caller(),
            Optional.of(refusal)));
  }

  private static CompletionStage<Verdict> done(Verdict verdict) {
    return CompletableFuture.completedStage(verdict);
  }
}
