package io.mcpgateway.provider;

import io.mcpgateway.http.Response;
import io.mcpgateway.http.WholeBody;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The small bodies that clients send to an authorization server. */
final class RequestBody {
  private static final int MAX_BYTES = 64 * 1024;

  private RequestBody() {}

  /**
   * Reads a body, and answers by it.
   *
   * @param call the request
   * @param error the code for a body that cannot be read
   * @param answer for a body that is at hand
   */
  static CompletionStage<Response> read(
      Endpoint.Call call, String error, Function<byte[], CompletionStage<Response>> answer) {
    return WholeBody.read(call.body().get(), MAX_BYTES)
        .thenApply(answer)
        .exceptionally(
            failure ->
                cause(failure) instanceof IOException unreadable
                    ? CompletableFuture.completedStage(refusal(unreadable, error))
                    : CompletableFuture.failedStage(failure))
        .thenCompose(Function.identity());
  }

  private static Response refusal(IOException unreadable, String error) {
    return unreadable instanceof WholeBody.TooLargeException
        ? OAuthAnswer.error(413, error, "more than " + MAX_BYTES + " bytes")
        : OAuthAnswer.error(400, error, "the request body is not complete");
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
