package io.mcpgateway.jwt;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** Ed25519 (RFC 8032, RFC 8037) by the JDK: nimbus-jose-jwt would need another library for it. */
final class Ed25519Signature {
  /** RFC 8410, 4: SubjectPublicKeyInfo of an Ed25519 key, up to its 32 bytes. */
  private static final byte[] PUBLIC_KEY_PREFIX =
      HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int KEY_LENGTH = 32;
  private static final String ALGORITHM = "Ed25519";

  private Ed25519Signature() {}

  /**
   * Reads a public key.
   *
   * @param x the 32 bytes of a JWK's {@code x}
   * @throws GeneralSecurityException when they are no point of the curve
   */
  static PublicKey publicKey(byte[] x) throws GeneralSecurityException {
    if (x.length != KEY_LENGTH) {
      throw new InvalidKeyException("not 32 bytes");
    }
    byte[] encoded = new byte[PUBLIC_KEY_PREFIX.length + KEY_LENGTH];
    System.arraycopy(PUBLIC_KEY_PREFIX, 0, encoded, 0, PUBLIC_KEY_PREFIX.length);
    System.arraycopy(x, 0, encoded, PUBLIC_KEY_PREFIX.length, KEY_LENGTH);
    PublicKey key =
        KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
    // The point is computed, and may fail, only here.
    Signature.getInstance(ALGORITHM).initVerify(key);
    return key;
  }

  static boolean verifies(PublicKey key, byte[] signingInput, byte[] signature) {
    try {
      Signature verification = Signature.getInstance(ALGORITHM);
      verification.initVerify(key);
      verification.update(signingInput);
      return verification.verify(signature);
    } catch (SignatureException malformed) {
      return false;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("Ed25519 worked when the key was read", impossible);
    }
  }
}
