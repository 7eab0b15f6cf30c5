package io.mcpgateway.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import io.mcpgateway.tls.PemFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.text.ParseException;
import java.util.HexFormat;
import java.util.Optional;

/** A file with one private key: PEM (RFC 7468), or a JWK (RFC 7517). */
final class PrivateKeyFile {
  /** RFC 8410, 7: a PKCS#8 key of Ed25519, up to its 32 bytes. */
  private static final byte[] ED25519_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  private static final int ED25519_BYTES = 32;

  private PrivateKeyFile() {}

  /**
   * What a file holds.
   *
   * @param pair the key and its public half
   * @param algorithm the {@code alg} of a JWK
   */
  record Content(KeyPair pair, Optional<String> algorithm) {}

  /**
   * Reads a file.
   *
   * @param file holds an RSA, EC or Ed25519 key, not encrypted
   * @throws IOException when it does not; the message begins with the file, and quotes nothing
   */
  static Content read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (IOException unreadable) {
      throw new IOException(file + ": cannot be read (expected: a readable file)", unreadable);
    }
    try {
      if (text.startsWith("{")) {
        return jwk(text);
      }
      PrivateKey key = new PemFile(file).privateKey();
      return new Content(new KeyPair(PublicHalf.of(key), key), Optional.empty());
    } catch (GeneralSecurityException | JOSEException | ParseException unusable) {
      // Without the cause: a parser may quote what it read.
      throw new IOException(
          file + ": no usable private key (expected: RSA, EC or Ed25519, as PEM or JWK)");
    }
  }

  private static Content jwk(String text)
      throws GeneralSecurityException, JOSEException, ParseException {
    JWK jwk = JWK.parse(text);
    if (!jwk.isPrivate()) {
      throw new GeneralSecurityException("no private key");
    }
    Optional<String> algorithm =
        Optional.ofNullable(jwk.getAlgorithm()).map(named -> named.getName());
    if (jwk instanceof OctetKeyPair edwards) {
      PrivateKey key = ed25519(edwards.getDecodedD());
      return new Content(new KeyPair(PublicHalf.of(key), key), algorithm);
    }
    if (jwk instanceof AsymmetricJWK asymmetric) {
      return new Content(asymmetric.toKeyPair(), algorithm);
    }
    throw new GeneralSecurityException("a symmetric key");
  }

  private static PrivateKey ed25519(byte[] seed) throws GeneralSecurityException {
    if (seed.length != ED25519_BYTES) {
      throw new GeneralSecurityException("not 32 bytes");
    }
    byte[] encoded = new byte[ED25519_PREFIX.length + ED25519_BYTES];
    System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
    System.arraycopy(seed, 0, encoded, ED25519_PREFIX.length, ED25519_BYTES);
    return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }
}
