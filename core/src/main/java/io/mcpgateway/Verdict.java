package io.mcpgateway;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.backendauth.BackendCredential;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.OwnedHeaders;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.mcp.MessageReading;
import io.mcpgateway.session.SessionBinding;
import io.mcpgateway.telemetry.RefusalCode;
import java.util.Optional;

/** What the policies decided about a request. */
sealed interface Verdict {
  /** How the client sees the gateway. */
  PublicOrigin origin();

  /** The route, if one matched. */
  default Optional<Route> matched() {
    return Optional.empty();
  }

  /** Who is calling, if that was proved. */
  default Optional<AuthenticatedPrincipal> authenticated() {
    return Optional.empty();
  }

  /**
   * The gateway answers.
   *
   * @param response the whole answer, its route's header fields included
   * @param origin how the client sees the gateway
   * @param route the route, if one matched
   * @param caller who is calling; empty when nobody proved it
   * @param refusal why the request was refused; empty when it was not
   */
  record Answer(
      Response response,
      PublicOrigin origin,
      Optional<Route> route,
      Optional<AuthenticatedPrincipal> caller,
      Optional<Refusal> refusal)
      implements Verdict {
    @Override
    public Optional<Route> matched() {
      return route;
    }

    @Override
    public Optional<AuthenticatedPrincipal> authenticated() {
      return caller;
    }
  }

  /**
   * Why a request is refused.
   *
   * @param code in a word
   * @param reason in detail, for the operator's log
   */
  record Refusal(RefusalCode code, String reason) {}

  /**
   * What is known of a request that may go on.
   *
   * @param route its route
   * @param origin how the client sees the gateway
   * @param caller who is calling; empty when nobody proved it
   * @param request the request as it goes on
   * @param session how sessions are bound to the caller
   * @param responseHeaders fields that every answer carries
   */
  record Passage(
      Route route,
      PublicOrigin origin,
      Optional<AuthenticatedPrincipal> caller,
      RequestHead request,
      SessionBinding session,
      Headers responseHeaders) {}

  /** The request goes on, to whoever is behind the gateway. */
  sealed interface Passed extends Verdict {
    /** What is known of the request. */
    Passage passage();

    /** Its message, when a policy has read it. */
    Optional<MessageReading.Message> read();

    @Override
    default PublicOrigin origin() {
      return passage().origin();
    }

    @Override
    default Optional<Route> matched() {
      return Optional.of(passage().route());
    }

    @Override
    default Optional<AuthenticatedPrincipal> authenticated() {
      return passage().caller();
    }
  }

  /**
   * The route's backend answers.
   *
   * @param passage what is known of the request
   * @param backend the backend
   * @param target path and query there; empty for the MCP endpoint and the request's own query
   * @param read its message, when a policy has read it
   * @param credential what the gateway proves itself with; empty for nothing
   */
  record Forward(
      Passage passage,
      Backend backend,
      Optional<String> target,
      Optional<MessageReading.Message> read,
      Optional<BackendCredential.Supplied> credential)
      implements Passed {
    Forward(
        Passage passage,
        Backend backend,
        Optional<String> target,
        Optional<MessageReading.Message> read) {
      this(passage, backend, target, read, Optional.empty());
    }

    Forward with(BackendCredential.Supplied supplied) {
      return new Forward(passage, backend, target, read, Optional.of(supplied));
    }

    /** Whether a field of the request is the gateway's word, not the client's. */
    boolean isOwnField(String name) {
      return passage.route().addsToRequests(name)
          || credential.filter(own -> own.header().equalsIgnoreCase(name)).isPresent();
    }

    /** The request with the credential on it, instead of whatever else stands there. */
    RequestHead request() {
      RequestHead request = passage.request();
      return credential
          .map(
              own -> {
                String place = OwnedHeaders.folded(own.header());
                return request.with(
                    request.query(),
                    request.headers().toBuilder()
                        .removeIf(name -> OwnedHeaders.folded(name).equals(place))
                        .add(own.header(), own.value())
                        .build());
              })
          .orElse(request);
    }
  }

  /**
   * The application behind the gateway answers.
   *
   * @param passage what is known of the request
   * @param read its message, when a policy has read it
   */
  record Proceed(Passage passage, Optional<MessageReading.Message> read) implements Passed {}
}
