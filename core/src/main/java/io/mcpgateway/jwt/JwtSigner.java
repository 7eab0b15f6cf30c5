package io.mcpgateway.jwt;

import io.mcpgateway.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signs JSON Web Tokens (RFC 7519; RFC 7515) with one private key, and shows its public half.
 * Immutable and thread-safe; prints without the key.
 */
public final class JwtSigner {
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  /** RFC 7518, 3.3. */
  private static final int MIN_RSA_BITS = 2048;

  private final PrivateKey key;
  private final String algorithm;
  private final String keyId;
  private final Map<String, Object> jwk;

  private JwtSigner(PrivateKey key, PublicJwk publicKey, String algorithm) {
    this.key = key;
    this.algorithm = algorithm;
    this.keyId = publicKey.thumbprint();
    this.jwk = publicKey.members(keyId, algorithm);
  }

  /**
   * A signer with the algorithm that goes with its key: RS256 for RSA; ES256, ES384 or ES512 for
   * the curves P-256, P-384 and P-521; EdDSA for Ed25519; or what the {@code alg} of a JWK says.
   *
   * @param keyFile a private key that is not encrypted: PEM (PKCS#8), or a JWK
   * @return the signer
   * @throws IOException when the file cannot be read, or holds no key that can sign; the message
   *     begins with the file
   */
  public static JwtSigner of(Path keyFile) throws IOException {
    return of(keyFile, Optional.empty());
  }

  /**
   * A signer with a chosen algorithm.
   *
   * @param keyFile a private key that is not encrypted: PEM (PKCS#8), or a JWK
   * @param algorithm as JWS names it (RFC 7518, 3.1; RFC 8037), e.g. {@code PS256}
   * @return the signer
   * @throws IOException when the file cannot be read, or its key is not for this algorithm; the
   *     message begins with the file
   */
  public static JwtSigner of(Path keyFile, String algorithm) throws IOException {
    return of(keyFile, Optional.of(algorithm));
  }

  private static JwtSigner of(Path keyFile, Optional<String> chosen) throws IOException {
    PrivateKeyFile.Content content = PrivateKeyFile.read(keyFile);
    KeyPair pair = content.pair();
    try {
      PublicJwk publicKey = PublicJwk.of(pair.getPublic());
      List<SignatureAlgorithm> fitting =
          List.of(SignatureAlgorithm.values()).stream()
              .filter(any -> any.fits(publicKey.type(), publicKey.curve()))
              .toList();
      Optional<SignatureAlgorithm> algorithm =
          chosen
              .or(content::algorithm)
              .map(name -> SignatureAlgorithm.named(name).filter(fitting::contains))
              .orElseGet(() -> fitting.stream().findFirst());
      if (algorithm.isEmpty()) {
        throw new IOException(
            keyFile + ": not a key for " + chosen.or(content::algorithm).orElse("signatures"));
      }
      if (pair.getPublic() instanceof RSAKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
        throw new IOException(keyFile + ": too short (expected: at least 2048 bits)");
      }
      JwtSigner signer = new JwtSigner(pair.getPrivate(), publicKey, jwsName(algorithm.get()));
      signer.prove(pair);
      return signer;
    } catch (GeneralSecurityException unusable) {
      throw new IOException(keyFile + ": cannot sign: " + unusable.getMessage());
    }
  }

  private static String jwsName(SignatureAlgorithm algorithm) {
    return algorithm.jwsHeader().getAlgorithm().getName();
  }

  /** A JWK may say that one key is the public half of another. */
  private void prove(KeyPair pair) throws GeneralSecurityException {
    byte[] text = keyId.getBytes(StandardCharsets.US_ASCII);
    byte[] signature = signed(text);
    Signature verification = signature();
    verification.initVerify(pair.getPublic());
    verification.update(text);
    if (!verification.verify(signature)) {
      throw new GeneralSecurityException("its public half is another key's");
    }
  }

  /**
   * Signs a token of type {@code JWT}.
   *
   * @param claims what it says, as JSON values
   * @return the token in compact form
   */
  public String sign(Map<String, ?> claims) {
    return sign("JWT", claims);
  }

  /**
   * Signs a token.
   *
   * @param type the {@code typ} of its header
   * @param claims what it says, as JSON values
   * @return the token in compact form
   */
  public String sign(String type, Map<String, ?> claims) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", algorithm);
    header.put("typ", type);
    header.put("kid", keyId);
    String text = encoded(header) + "." + encoded(claims);
    try {
      byte[] signature = signed(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + BASE64URL.encodeToString(signature);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("the key could sign when it was read", impossible);
    }
  }

  private static String encoded(Map<String, ?> members) {
    return BASE64URL.encodeToString(Json.write(members).getBytes(StandardCharsets.UTF_8));
  }

  private byte[] signed(byte[] text) throws GeneralSecurityException {
    Signature signature = signature();
    signature.initSign(key);
    signature.update(text);
    return signature.sign();
  }

  /** RFC 7518, 3.3 to 3.5; RFC 8037, 3.1. */
  private Signature signature() throws GeneralSecurityException {
    String bits = algorithm.substring(2);
    return switch (algorithm.substring(0, 2)) {
      case "RS" -> Signature.getInstance("SHA" + bits + "withRSA");
      case "ES" -> Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
      case "PS" -> pss(bits);
      default -> Signature.getInstance("Ed25519");
    };
  }

  private static Signature pss(String bits) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(
        new PSSParameterSpec(
            "SHA-" + bits,
            "MGF1",
            new MGF1ParameterSpec("SHA-" + bits),
            Integer.parseInt(bits) / 8,
            PSSParameterSpec.TRAILER_FIELD_BC));
    return signature;
  }

  /** The algorithm, as JWS names it. */
  public String algorithm() {
    return algorithm;
  }

  /** The {@code kid} of every token: the thumbprint of the key (RFC 7638). */
  public String keyId() {
    return keyId;
  }

  /** The JWK set with the public key (RFC 7517, 5), as JSON. */
  public String jwkSet() {
    return Json.write(Map.of("keys", List.of(jwk)));
  }

  @Override
  public String toString() {
    return "JwtSigner[" + algorithm + ", kid=" + keyId + "]";
  }
}
