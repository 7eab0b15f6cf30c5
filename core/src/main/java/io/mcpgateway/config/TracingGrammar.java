package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Shape.Key.required;

import io.mcpgateway.config.Type.Choice;
import io.mcpgateway.config.Type.Named;
import io.mcpgateway.config.Type.Share;
import io.mcpgateway.config.Type.Text;
import java.util.Optional;
import java.util.regex.Pattern;

/** The part of the grammar about distributed traces. */
final class TracingGrammar {
  static final Shape TRACING =
      Shape.of(
              "tracing",
              "Requests as spans of distributed traces, sent by OTLP. What is not said here comes"
                  + " from OpenTelemetry's variables (`OTEL_*`).",
              required(
                  "otlpEndpoint",
                  new Text(
                      "a URL of http or https, without query",
                      Optional.of(Pattern.compile("https?://[^\\s/?#@]+(/[^\\s?#]*)?"))),
                  "The collector, e.g. `http://localhost:4318`."),
              required(
                  "otlpProtocol",
                  Choice.of("http").notSupported("grpc"),
                  "How it is spoken to. Has to be said: without it agentgateway speaks gRPC."),
              optional(
                  "path",
                  new Text(
                      "a path, with its leading slash", Optional.of(Pattern.compile("/[^\\s?#]*"))),
                  "`/v1/traces`",
                  "Where traces go there, below the path of the URL."),
              optional(
                  "headers",
                  new Named(Type.SECRET),
                  "none",
                  "Fields of each request to the collector; credentials, for instance."),
              optional(
                  "randomSampling",
                  new Share(),
                  "`false`, or what `OTEL_TRACES_SAMPLER` says",
                  "How many of the requests are traced that are not part of a client's trace."),
              optional(
                  "clientSampling",
                  new Share(),
                  "`true`",
                  "How many of the requests are traced that are part of a trace which the client"
                      + " records. Those of traces that it does not record are not."),
              optional(
                      "clientContext",
                      Choice.of("parent", "link"),
                      "`parent`",
                      "What the context of clients is: the parent of the gateway's spans, or linked"
                          + " to a trace of the gateway's own, which `randomSampling` decides about.")
                  .notInAgentgateway())
          .notSupported("fields");

  private TracingGrammar() {}
}
