package io.mcpgateway.jwt;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Tells RSA keys of a broken generator, whose primes can be computed (CVE-2017-15361, ROCA). Modulo
 * each small prime, such a modulus is a power of 65537; a sound one is that for all of them with a
 * probability below one in a hundred million.
 */
final class RocaFingerprint {
  private static final int GENERATOR = 65_537;
  private static final int LARGEST_PRIME = 167;
  private static final List<Residues> RESIDUES = residues();

  private RocaFingerprint() {}

  /**
   * The powers of the generator modulo a prime.
   *
   * @param prime the modulus
   * @param powers what can be reached
   */
  private record Residues(int prime, BitSet powers) {}

  static boolean matches(BigInteger modulus) {
    return RESIDUES.stream()
        .allMatch(
            residues ->
                residues
                    .powers()
                    .get(modulus.mod(BigInteger.valueOf(residues.prime())).intValue()));
  }

  private static List<Residues> residues() {
    List<Residues> all = new ArrayList<>();
    for (int number = 3; number <= LARGEST_PRIME; number += 2) {
      int prime = number;
      if (all.stream().noneMatch(smaller -> prime % smaller.prime() == 0)) {
        BitSet powers = new BitSet();
        for (int power = 1; !powers.get(power); power = power * (GENERATOR % prime) % prime) {
          powers.set(power);
        }
        all.add(new Residues(prime, powers));
      }
    }
    return List.copyOf(all);
  }
}
