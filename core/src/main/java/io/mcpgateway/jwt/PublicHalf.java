package io.mcpgateway.jwt;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;

/** Finds the public key to a private one: a PEM file need not hold it, and Java does not look. */
final class PublicHalf {
  private static final BigInteger TWO = BigInteger.TWO;
  private static final BigInteger THREE = BigInteger.valueOf(3);

  private PublicHalf() {}

  /**
   * Computes it.
   *
   * @param key an RSA, EC or Ed25519 key
   * @throws GeneralSecurityException when it cannot be computed
   */
  static PublicKey of(PrivateKey key) throws GeneralSecurityException {
    if (key instanceof RSAPrivateCrtKey rsa) {
      return KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
    }
    if (key instanceof ECPrivateKey ec) {
      return KeyFactory.getInstance("EC")
          .generatePublic(new ECPublicKeySpec(times(ec.getS(), ec.getParams()), ec.getParams()));
    }
    if (key instanceof EdECPrivateKey edwards && edwards.getBytes().isPresent()) {
      return ed25519(edwards.getBytes().get());
    }
    throw new InvalidKeyException("its public key is not known");
  }

  /** The private key is the seed of the pair (RFC 8032, 5.1.5): the same seed, the same pair. */
  private static PublicKey ed25519(byte[] seed) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
    return generator.generateKeyPair().getPublic();
  }

  private static final class Seed extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final byte[] bytes;

    Seed(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    @Override
    public void nextBytes(byte[] target) {
      System.arraycopy(bytes, 0, target, 0, target.length);
    }
  }

  /** The base point of a curve, so many times (SEC 1, 3.2.1); once per key, at the start. */
  private static ECPoint times(BigInteger scalar, ECParameterSpec curve)
      throws InvalidKeyException {
    if (!(curve.getCurve().getField() instanceof ECFieldFp field)) {
      throw new InvalidKeyException("not a curve over a prime field");
    }
    ECPoint sum = ECPoint.POINT_INFINITY;
    for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
      sum = plus(sum, sum, curve.getCurve().getA(), field.getP());
      if (scalar.testBit(bit)) {
        sum = plus(sum, curve.getGenerator(), curve.getCurve().getA(), field.getP());
      }
    }
    return sum;
  }

  /** SEC 1, 2.2.1. */
  private static ECPoint plus(ECPoint one, ECPoint other, BigInteger a, BigInteger p) {
    if (one.equals(ECPoint.POINT_INFINITY)) {
      return other;
    }
    if (other.equals(ECPoint.POINT_INFINITY)) {
      return one;
    }
    BigInteger x = one.getAffineX();
    BigInteger y = one.getAffineY();
    BigInteger slope;
    if (x.equals(other.getAffineX())) {
      if (!y.equals(other.getAffineY()) || y.signum() == 0) {
        return ECPoint.POINT_INFINITY;
      }
      slope = x.pow(2).multiply(THREE).add(a).multiply(y.multiply(TWO).modInverse(p));
    } else {
      BigInteger run = other.getAffineX().subtract(x).mod(p);
      slope = other.getAffineY().subtract(y).multiply(run.modInverse(p));
    }
    BigInteger sumX = slope.pow(2).subtract(x).subtract(other.getAffineX()).mod(p);
    return new ECPoint(sumX, slope.multiply(x.subtract(sumX)).subtract(y).mod(p));
  }
}
