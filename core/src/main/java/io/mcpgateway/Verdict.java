package io.mcpgateway;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.Response;
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
   * @param reason why the request was refused; empty when it was not
   */
  record Answer(
      Response response, PublicOrigin origin, Optional<Route> route, Optional<String> reason)
      implements Verdict {
    @Override
    public Optional<Route> matched() {
      return route;
    }
  }

  /** The request goes on, to whoever is behind the gateway. */
  sealed interface Passed extends Verdict {
    /** The route. */
    Route route();

    /** Who is calling; empty when nobody proved it. */
    Optional<AuthenticatedPrincipal> caller();

    @Override
    default Optional<Route> matched() {
      return Optional.of(route());
    }

    @Override
    default Optional<AuthenticatedPrincipal> authenticated() {
      return caller();
    }
  }

  /**
   * The route's backend answers.
   *
   * @param route the route
   * @param backend its backend
   * @param origin how the client sees the gateway
   * @param caller who is calling; empty when nobody proved it
   * @param responseHeaders fields that every answer carries
   */
  record Forward(
      Route route,
      Backend backend,
      PublicOrigin origin,
      Optional<AuthenticatedPrincipal> caller,
      Headers responseHeaders)
      implements Passed {}

  /**
   * The application behind the gateway answers.
   *
   * @param route the route
   * @param origin how the client sees the gateway
   * @param caller who is calling; empty when nobody proved it
   * @param responseHeaders fields that every answer carries
   */
  record Proceed(
      Route route,
      PublicOrigin origin,
      Optional<AuthenticatedPrincipal> caller,
      Headers responseHeaders)
      implements Passed {}
}
