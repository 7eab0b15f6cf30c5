package io.mcpgateway.auth;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 value: what is kept of a secret in place of the secret. Looking one up takes a time
 * that tells nothing of the others, since nobody can choose how a hash begins.
 *
 * @param first eight bytes
 * @param second the next
 * @param third the next
 * @param fourth the last
 */
record Sha256(long first, long second, long third, long fourth) {
  private static final int FINGERPRINT = 12;

  /** The hash of all parts, one behind the other. */
  static Sha256 of(byte[]... parts) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java platform has it
    }
    for (byte[] part : parts) {
      digest.update(part);
    }
    return new Sha256(ByteBuffer.wrap(digest.digest()));
  }

  /**
   * The hash that a text tells.
   *
   * @param hex 64 hexadecimal digits
   */
  static Sha256 parse(String hex) {
    return new Sha256(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }

  private Sha256(ByteBuffer bytes) {
    this(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  /** Its first 48 bits: enough to tell one from another, too little to look the secret up by. */
  String fingerprint() {
    return HexFormat.of().toHexDigits(first).substring(0, FINGERPRINT);
  }

  @Override
  public String toString() {
    return "Sha256[...]";
  }
}
