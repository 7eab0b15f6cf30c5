package io.mcpgateway.jwt;

import io.mcpgateway.auth.BindingOutcome;
import io.mcpgateway.auth.BindingOutcome.Confirmed;
import io.mcpgateway.auth.BindingOutcome.Refused;
import io.mcpgateway.auth.BindingOutcome.Unavailable;
import io.mcpgateway.auth.BoundToken;
import io.mcpgateway.auth.TokenBinding;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tokens that are bound to a key, which the client proves to have with each request (DPoP, RFC
 * 9449). Each proof is good once: the proofs of the last minutes are remembered, in this process.
 * Thread-safe.
 */
public final class DpopBinding implements TokenBinding {
  private static final String SCHEME = "DPoP";
  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(30);

  private final boolean required;
  private final Set<SignatureAlgorithm> algorithms;
  private final Optional<DpopNonces> nonces;
  private final Duration maxAge;
  private final Clock clock;
  private final SeenProofs seen;

  private DpopBinding(Builder builder) {
    this.required = builder.required;
    this.algorithms = builder.algorithms;
    this.nonces = builder.nonce ? Optional.of(new DpopNonces(builder.maxAge)) : Optional.empty();
    this.maxAge = builder.maxAge;
    this.clock = builder.clock;
    this.seen = new SeenProofs(builder.maxProofs);
  }

  /** {@return a new builder; nothing is required} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return {@code jkt}} */
  @Override
  public String confirmationMethod() {
    return "jkt";
  }

  /** {@return {@code DPoP}} */
  @Override
  public Optional<String> scheme() {
    return Optional.of(SCHEME);
  }

  @Override
  public boolean required() {
    return required;
  }

  /** {@return whether proofs have to hold a nonce of this server} */
  public boolean nonce() {
    return nonces.isPresent();
  }

  /** {@return how old a proof may be, and how far ahead of time} */
  public Duration maxAge() {
    return maxAge;
  }

  /** {@return the names of the signature algorithms that proofs may use} */
  public List<String> algorithms() {
    return algorithms.stream().map(SignatureAlgorithm::jwsName).toList();
  }

  /** Takes over the proofs that were used. */
  @Override
  public void takeOver(TokenBinding previous) {
    if (previous instanceof DpopBinding other) {
      seen.takeOver(other.seen);
    }
  }

  /** The algorithms (RFC 9449, 7.1). */
  @Override
  public Map<String, String> challengeParameters() {
    return Map.of("algs", String.join(" ", algorithms()));
  }

  @Override
  public Map<String, Object> resourceMetadata() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("dpop_signing_alg_values_supported", algorithms());
    parameters.put("dpop_bound_access_tokens_required", required);
    return parameters;
  }

  /**
   * Checks the one proof of the request (RFC 9449, 4.3). It counts as used when it is good.
   *
   * @param token a good token, and its request
   */
  @Override
  public BindingOutcome confirm(BoundToken token) {
    Instant now = clock.instant();
    try {
      List<String> fields = token.request().headers().all(HeaderNames.DPOP);
      if (fields.size() != 1) {
        throw RefusedProofException.proof(
            fields.isEmpty() ? "no proof: the DPoP header" : "more than one DPoP header");
      }
      DpopProof proof = DpopProof.parse(fields.get(0));
      proof.requireKey(algorithms, token.confirmation());
      proof.requireRequest(token.request().method(), url(token.request(), token.origin()));
      Instant end = proof.requireTime(now, maxAge);
      proof.requireToken(token.token().value());
      String id = proof.id();
      if (nonces.isPresent() && !proof.hasNonce(nonces.get(), now)) {
        throw RefusedProofException.nonce();
      }
      // The key, too: two clients may have come upon the same identifier.
      return used(seen.see(Sha256.base64Url(token.confirmation() + ' ' + id), end, now));
    } catch (RefusedProofException refused) {
      return new Refused(refused.error(), nonceHeaders(now));
    }
  }

  /** How the client spelled it: what a proxy in front reports, and where the gateway is mounted. */
  private static String url(RequestHead request, PublicOrigin origin) {
    return origin.url() + origin.prefix() + request.mountPath() + request.path();
  }

  private static BindingOutcome used(SeenProofs.Sighting sighting) throws RefusedProofException {
    return switch (sighting) {
      case FIRST -> new Confirmed();
      case AGAIN -> throw RefusedProofException.proof("the proof was used before: jti");
      case FULL -> new Unavailable(RETRY_WHEN_FULL, "too many DPoP proofs to remember");
    };
  }

  /** RFC 9449, 9: the nonce to come again with; it is not for a cache. */
  private Headers nonceHeaders(Instant now) {
    return nonces
        .map(
            all ->
                Headers.of(
                    HeaderNames.DPOP_NONCE,
                    all.current(now),
                    HeaderNames.CACHE_CONTROL,
                    "no-store"))
        .orElse(Headers.EMPTY);
  }

  /** Collects what proofs have to meet. Not thread-safe. */
  public static final class Builder {
    private static final Duration MAX_AGE = Duration.ofMinutes(5);
    private static final int MAX_PROOFS = 200_000;

    private boolean required;
    // Shorter signatures first: clients take the first one they know.
    private Set<SignatureAlgorithm> algorithms =
        new LinkedHashSet<>(
            List.of(
                SignatureAlgorithm.ES256,
                SignatureAlgorithm.ES384,
                SignatureAlgorithm.ES512,
                SignatureAlgorithm.EDDSA,
                SignatureAlgorithm.PS256,
                SignatureAlgorithm.PS384,
                SignatureAlgorithm.PS512,
                SignatureAlgorithm.RS256,
                SignatureAlgorithm.RS384,
                SignatureAlgorithm.RS512));
    private boolean nonce;
    private Duration maxAge = MAX_AGE;
    private int maxProofs = MAX_PROOFS;
    private Clock clock = Clock.systemUTC();

    private Builder() {}

    /**
     * Sets whether every token has to be bound to a key. Default: false; plain bearer tokens are
     * good, too.
     *
     * @param required whether they are refused
     * @return this
     */
    public Builder required(boolean required) {
      this.required = required;
      return this;
    }

    /**
     * Sets the signature algorithms that proofs may use. Default: all that tokens may use, ES256
     * first.
     *
     * @param names as registered (RFC 7518, 3.1), asymmetric ones
     * @return this
     * @throws IllegalArgumentException when there is none, or one that is not supported
     */
    public Builder algorithms(String... names) {
      if (names.length == 0) {
        throw new IllegalArgumentException("algorithms: none (expected: at least one)");
      }
      this.algorithms =
          Arrays.stream(names)
              .map(Builder::algorithm)
              .collect(Collectors.toCollection(LinkedHashSet::new));
      return this;
    }

    private static SignatureAlgorithm algorithm(String name) {
      return SignatureAlgorithm.named(name)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "algorithms: "
                          + name
                          + " (expected: "
                          + Arrays.stream(SignatureAlgorithm.values())
                              .map(SignatureAlgorithm::jwsName)
                              .collect(Collectors.joining(", "))
                          + ")"));
    }

    /**
     * Sets whether proofs have to hold a nonce of this server (RFC 9449, 9). Nonces are made with a
     * secret of this process: several gateways need clients that stay with one of them. Default:
     * false.
     *
     * @param nonce whether proofs without one are refused
     * @return this
     */
    public Builder nonce(boolean nonce) {
      this.nonce = nonce;
      return this;
    }

    /**
     * Sets how old a proof may be, and how far ahead of time. Default: 5 minutes.
     *
     * @param maxAge one second to 5 minutes
     * @return this
     * @throws IllegalArgumentException when it is out of range
     */
    public Builder maxAge(Duration maxAge) {
      if (maxAge.compareTo(Duration.ofSeconds(1)) < 0 || maxAge.compareTo(MAX_AGE) > 0) {
        throw new IllegalArgumentException(
            "maxAge: " + maxAge + " (expected: PT1S to " + MAX_AGE + ")");
      }
      this.maxAge = maxAge;
      return this;
    }

    /**
     * Sets how many used proofs are remembered; about 150 bytes each. While there are so many that
     * could be replayed, requests with further ones are answered 503: to forget one would let it be
     * replayed. Default: 200000, which is 600 requests a second with proofs of now.
     *
     * @param maxProofs at least 1
     * @return this
     * @throws IllegalArgumentException when it is less
     */
    public Builder maxProofs(int maxProofs) {
      if (maxProofs < 1) {
        throw new IllegalArgumentException("maxProofs: " + maxProofs + " (expected: at least 1)");
      }
      this.maxProofs = maxProofs;
      return this;
    }

    /**
     * Sets the clock. Default: the system's.
     *
     * @param clock of any zone
     * @return this
     */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /** {@return the binding} */
    public DpopBinding build() {
      return new DpopBinding(this);
    }
  }
}
