package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Type.DURATION;

import io.mcpgateway.config.Type.Whole;

/** The part of the grammar about backends that cannot be reached. */
final class RetryGrammar {
  static final Shape.Key RETRY =
      optional(
          "retry",
          Shape.of(
                  "retry",
                  "When there is no connection to the backend: then nothing was sent. All addresses"
                      + " of its host are tried each time.",
                  optional(
                      "attempts", new Whole(1, 100), "`1`", "How often it is tried once more."),
                  optional("backoff", DURATION, "`0s`", "How long to wait before each of them."))
              .refused(
                  "a request that was sent is never sent again: it may have had its effect",
                  "codes",
                  "condition",
                  "precondition"),
          "no second attempt",
          "Further attempts to connect to the backend; `{}` for the defaults.");

  private RetryGrammar() {}
}
