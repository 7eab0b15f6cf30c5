package io.mcpgateway.mcp;

import io.mcpgateway.http.BodyFilter;
import io.mcpgateway.http.Headers;
import java.io.IOException;

/** Changes JSON-RPC messages on their way to the client. Immutable and thread-safe. */
public interface MessageFilter {
  /**
   * Changes one message, or an array of messages.
   *
   * @param message as the server sent it
   * @return as the client gets it; the same array when nothing is to be changed
   * @throws IOException when it cannot be read, so that there is no telling what it would show
   */
  byte[] filter(byte[] message) throws IOException;

  /**
   * Begins to filter the messages in the body of a response.
   *
   * @param eventStream whether they are the data of events; else the body is one message
   * @return for this body alone
   */
  default BodyFilter begin(boolean eventStream) {
    return eventStream ? new FilteredEvents(this) : new FilteredDocument(this);
  }

  /**
   * The same for what answers a request without a message: of that, only event streams bring any.
   */
  default MessageFilter inEventsAlone() {
    MessageFilter all = this;
    return new MessageFilter() {
      @Override
      public byte[] filter(byte[] message) throws IOException {
        return all.filter(message);
      }

      @Override
      public int maxMessageBytes() {
        return all.maxMessageBytes();
      }

      @Override
      public BodyFilter begin(boolean eventStream) {
        return eventStream ? all.begin(true) : BodyFilter.PASSING;
      }
    };
  }

  /**
   * Asks for an answer that can be read: whole, and not compressed.
   *
   * @param request the request's fields
   * @return the fields as the server gets them
   */
  static Headers readable(Headers request) {
    return request.toBuilder()
        .removeIf(
            name -> name.equalsIgnoreCase("Accept-Encoding") || name.equalsIgnoreCase("Range"))
        .build();
  }

  /** How long one message may be, in bytes. A longer one ends the response. */
  int maxMessageBytes();
}
