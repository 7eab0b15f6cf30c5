package io.mcpgateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.testkit.RecordedExchange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseTest {

  @Test
  void json_anyBody_namesItsType() {
    Response response = Response.json(401, Headers.of("content-type", "x/y", "A", "1"), "{}");

    assertThat(response)
        .isEqualTo(
            new Response(401, Headers.of("A", "1", "Content-Type", "application/json"), "{}"));
  }

  @Test
  void head_nonAsciiBody_countsBytes() {
    Response response = new Response(200, Headers.EMPTY, "é🙂");

    assertThat(response.head()).isEqualTo(new ResponseHead(200, Headers.of("Content-Length", "6")));
    assertThat(response.bytes()).isEqualTo("é🙂".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void head_emptyBody_saysZero() {
    assertThat(Response.empty(204, Headers.of("A", "1")).head().headers())
        .isEqualTo(Headers.of("A", "1", "Content-Length", "0"));
  }

  @Test
  void with_sameName_replacesWhateverItsCase() {
    Response response = new Response(200, Headers.of("VARY", "x", "A", "1", "vary", "y"), "body");

    assertThat(response.with(Headers.of("Vary", "Origin", "Vary", "Accept", "B", "2")))
        .isEqualTo(
            new Response(
                200, Headers.of("A", "1", "Vary", "Origin", "Vary", "Accept", "B", "2"), "body"));
  }

  @ParameterizedTest
  @CsvSource({"GET, 4", "HEAD, 0", "POST, 4"})
  void respond_head_keepsTheLengthWithoutTheBytes(String method, int sent) {
    RecordedExchange exchange = new RecordedExchange(RequestHead.builder(method, "/").build());

    exchange.respond(new Response(200, Headers.EMPTY, "body"));

    assertThat(exchange.heads())
        .containsExactly(new ResponseHead(200, Headers.of("Content-Length", "4")));
    assertThat(exchange.bodies())
        .singleElement()
        .extracting(BodySource::length)
        .isEqualTo((long) sent);
    assertThat(exchange.handedOver()).isEmpty();
  }

  @Test
  void bodyOf_bytes_comesInOneLastChunk() {
    BodySource body = BodySource.of(new byte[] {1, 2});
    List<Boolean> called = new ArrayList<>();
    body.demand(() -> called.add(true));

    assertThat(called).hasSize(1);
    assertThat(body.length()).isEqualTo(2);
    assertThat(body.read())
        .isInstanceOfSatisfying(
            Chunk.Data.class,
            data -> {
              assertThat(data.last()).isTrue();
              assertThat(data.bytes().remaining()).isEqualTo(2);
            });
  }
}
