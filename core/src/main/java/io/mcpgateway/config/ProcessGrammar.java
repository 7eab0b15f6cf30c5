package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Type.LIMIT;

import io.mcpgateway.config.Type.Choice;
import io.mcpgateway.config.Type.Text;
import io.mcpgateway.config.Type.Whole;
import java.util.Optional;
import java.util.regex.Pattern;

/** The part of the grammar that is about the process: limits, reload, addresses. */
final class ProcessGrammar {
  static final Type COUNT = new Whole(1, Integer.MAX_VALUE);

  static final Shape LIMITS =
      Shape.of(
          "limits",
          "How much the gateway takes on, of one request and of all together.",
          optional(
              "requestBody",
              new Whole(1, Long.MAX_VALUE),
              "`67108864`",
              "The largest request body that is forwarded, in bytes; a larger one is answered 413."
                  + " It is not held."),
          optional(
              "messagesInAll",
              new Whole(1, Long.MAX_VALUE),
              "`67108864`",
              "How many bytes are held of all messages that policies read; beyond: 503."),
          optional("targetLength", COUNT, "`8192`", "Characters of path and query; beyond: 414."),
          optional(
              "requestBodyPatience",
              LIMIT,
              "`30s`",
              "How long a client may take over the next bytes of its request, and over all of them"
                  + " with a second more for each 500 bytes; beyond: 408."),
          optional(
              "requests",
              COUNT,
              "`16384`",
              "Requests that are under way, streams included; beyond: 503."),
          optional("streams", COUNT, "`10000`", "Listening streams that are open; beyond: 503."),
          optional("streamsPerRoute", COUNT, "`10000`", "The same for each route; beyond: 503."),
          optional(
              "streamsPerCaller",
              COUNT,
              "`100`",
              "The same for each authenticated caller; beyond: 429."),
          optional(
              "connections",
              COUNT,
              "`20000`",
              "Connections of clients; beyond, none is accepted until one is closed."),
          optional(
              "requestHeadTimeout",
              LIMIT,
              "`15s`",
              "How long a client may take over the head of a request over HTTP/1.1; then its"
                  + " connection is closed."));

  static final Shape AUDIT_LOG =
      Shape.of(
          "auditLog",
          "A line of JSON for each tool call and each request that is refused: when, who, what, and"
              + " the decision. Never tokens.",
          optional(
              "file",
              Text.of("a file, relative to this one, or stdout"),
              "`stdout`",
              "Where the lines go. A file is opened for each, so that it can be moved away."),
          optional(
              "arguments",
              Type.FLAG,
              "`false`",
              "Whether the arguments of tool calls are told; of messages longer than 8 KiB their"
                  + " beginning."));

  static final Shape RELOAD =
      Shape.of(
          "reload",
          "What happens when the file, or one that it names, changes while the gateway runs.",
          optional(
              "streams",
              Choice.of("goOn", "end"),
              "`goOn`",
              "Whether listening streams go on under the old configuration, or end between two"
                  + " events."));

  static final Type SOCKET_ADDRESS =
      new Text(
          "host:port",
          Optional.of(Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}")),
          false);

  private ProcessGrammar() {}
}
