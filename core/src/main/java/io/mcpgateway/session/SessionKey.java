package io.mcpgateway.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that binds session ids to their callers. Replicas of one gateway share it; then a session
 * that began at one of them goes on at another, without shared state. Immutable and thread-safe;
 * does not print.
 */
public final class SessionKey {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  // 128 bits: nobody can try so many ids at a server.
  private static final int TAG_BYTES = 16;

  private final SecretKeySpec key;

  private SessionKey(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /**
   * A key of this process alone: sessions end with it.
   *
   * @return a new key
   */
  public static SessionKey random() {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return new SessionKey(bytes);
  }

  /**
   * A key that others have, too.
   *
   * @param hex 64 hexadecimal digits, e.g. of {@code openssl rand -hex 32}
   * @return the key
   * @throws IllegalArgumentException when it is anything else; the message does not quote it
   */
  public static SessionKey ofHex(String hex) {
    if (hex.length() != 2 * KEY_BYTES || !hex.chars().allMatch(HexFormat::isHexDigit)) {
      throw new IllegalArgumentException("not a session key (expected: 64 hexadecimal digits)");
    }
    return new SessionKey(HexFormat.of().parseHex(hex));
  }

  /**
   * What only a holder of the key can say about these texts.
   *
   * @param texts any texts; told apart, whatever they hold
   * @return visible ASCII, 22 characters
   */
  String tag(String... texts) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      for (String text : texts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        mac.update(bytes);
      }
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(mac.doFinal(), TAG_BYTES));
    } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
      throw new IllegalStateException(impossible); // every Java platform has it
    }
  }
}
