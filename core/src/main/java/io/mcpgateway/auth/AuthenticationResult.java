package io.mcpgateway.auth;

import io.mcpgateway.http.Response;
import io.mcpgateway.telemetry.RefusalCode;
import java.util.Optional;

/** What authentication says of a request. */
public sealed interface AuthenticationResult {
  /**
   * The request goes on.
   *
   * @param caller who is calling; empty when nobody proved it and the mode allows that
   */
  record Passed(Optional<AuthenticatedPrincipal> caller) implements AuthenticationResult {}

  /**
   * The request ends here.
   *
   * @param response the refusal
   * @param code why, in a word
   * @param reason for the operator's log
   */
  record Refused(Response response, RefusalCode code, String reason)
      implements AuthenticationResult {}
}
