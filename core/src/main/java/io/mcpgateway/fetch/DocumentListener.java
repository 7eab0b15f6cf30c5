package io.mcpgateway.fetch;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PrintableText;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;

/** Collects one answer, and hangs up as soon as it cannot be a good one. */
final class DocumentListener implements Response.Listener {
  private final URI url;
  private final CompletableFuture<FetchedDocument> result;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  DocumentListener(URI url, CompletableFuture<FetchedDocument> result) {
    this.url = url;
    this.result = result;
  }

  @Override
  public void onContent(Response response, ByteBuffer bytes) {
    if (content.size() + bytes.remaining() > DocumentFetcher.MAX_DOCUMENT_BYTES) {
      refuse(response, "more than " + DocumentFetcher.MAX_DOCUMENT_BYTES + " bytes");
      return;
    }
    byte[] chunk = new byte[bytes.remaining()];
    bytes.get(chunk);
    content.writeBytes(chunk);
  }

  private void refuse(Response response, String problem) {
    FetchException refusal = FetchException.unusableAnswer(url, problem);
    result.completeExceptionally(refusal);
    // Whether it was still running does not matter: the result is set.
    var unused = response.abort(refusal);
  }

  @Override
  public void onComplete(Result outcome) {
    if (outcome.isFailed()) {
      result.completeExceptionally(
          FetchException.noAnswer(url, PrintableText.message(outcome.getFailure())));
      return;
    }
    Headers.Builder headers = Headers.builder();
    outcome
        .getResponse()
        .getHeaders()
        .forEach(field -> headers.add(field.getName(), String.valueOf(field.getValue())));
    result.complete(
        new FetchedDocument(
            outcome.getResponse().getStatus(), headers.build(), content.toByteArray()));
  }
}
