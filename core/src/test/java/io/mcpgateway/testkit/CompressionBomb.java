package io.mcpgateway.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Little that becomes much when it is unpacked. */
public final class CompressionBomb {
  private static final int MIB = 1 << 20;
  private static final int PIECE_MIB = 64;

  /** 64 MiB in 64 KiB, in ISO 8859-1; may be sent any number of times, one behind the other. */
  public static final String PIECE = piece();

  /** How many pieces are a gibibyte. */
  public static final int GIBIBYTE = 1024 / PIECE_MIB;

  private CompressionBomb() {}

  private static String piece() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes, MIB)) {
      for (int i = 0; i < PIECE_MIB; i++) {
        gzip.write(new byte[MIB]);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
