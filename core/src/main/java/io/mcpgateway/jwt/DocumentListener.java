package io.mcpgateway.jwt;

import io.mcpgateway.http.PrintableText;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

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
  public void onBegin(Response response) {
    if (response.getStatus() != HttpStatus.OK_200) {
      refuse(response, "status " + response.getStatus() + " (expected: 200)");
    }
  }

  @Override
  public void onContent(Response response, ByteBuffer bytes) {
    if (content.size() + bytes.remaining() > KeyFetcher.MAX_DOCUMENT_BYTES) {
      refuse(response, "more than " + KeyFetcher.MAX_DOCUMENT_BYTES + " bytes");
      return;
    }
    byte[] chunk = new byte[bytes.remaining()];
    bytes.get(chunk);
    content.writeBytes(chunk);
  }

  private void refuse(Response response, String problem) {
    KeyFetchException refusal = KeyFetchException.unusableAnswer(url, problem);
    result.completeExceptionally(refusal);
    // Whether it was still running does not matter: the result is set.
    var unused = response.abort(refusal);
  }

  @Override
  public void onComplete(Result outcome) {
    if (outcome.isFailed()) {
      result.completeExceptionally(
          KeyFetchException.noAnswer(url, PrintableText.message(outcome.getFailure())));
      return;
    }
    HttpFields headers = outcome.getResponse().getHeaders();
    result.complete(
        new FetchedDocument(
            content.toByteArray(),
            KeyLifetime.of(
                String.join(",", headers.getValuesList(HttpHeader.CACHE_CONTROL)),
                String.valueOf(headers.get(HttpHeader.AGE)))));
  }
}
