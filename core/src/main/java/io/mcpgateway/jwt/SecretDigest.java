package io.mcpgateway.jwt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Recognises secrets, tokens for instance, without keeping them: by a hash with a salt that nobody
 * knows. Immutable and thread-safe.
 */
public final class SecretDigest {
  private static final int SALT_BYTES = 32;

  private final byte[] salt = new byte[SALT_BYTES];

  /** Chooses a salt. */
  public SecretDigest() {
    new SecureRandom().nextBytes(salt);
  }

  /**
   * What a secret can be recognised by, as long as this digest lives.
   *
   * @param secret any text
   * @return 43 characters
   */
  public String of(String secret) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(digest.digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java platform has it
    }
  }
}
