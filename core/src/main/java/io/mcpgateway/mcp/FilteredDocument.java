package io.mcpgateway.mcp;

import io.mcpgateway.http.BodyFilter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A body that is one message: it goes on when it has come whole. */
final class FilteredDocument implements BodyFilter {
  private static final byte[] NOTHING = {};

  private final MessageFilter filter;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  FilteredDocument(MessageFilter filter) {
    this.filter = filter;
  }

  @Override
  public byte[] feed(ByteBuffer bytes) throws IOException {
    if (held.size() + bytes.remaining() > filter.maxMessageBytes()) {
      throw new IOException("a message of more than " + filter.maxMessageBytes() + " bytes");
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    held.writeBytes(copy);
    return NOTHING;
  }

  @Override
  public byte[] finish() throws IOException {
    return held.size() == 0 ? NOTHING : filter.filter(held.toByteArray());
  }
}
