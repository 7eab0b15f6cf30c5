package io.mcpgateway.jetty;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.metadata.ResourceMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** Stands in for an authorization server: a key that lives as long as the process, one token. */
final class DemoIssuer {
  private static final String ISSUER = "http://demo.invalid";
  private static final Duration LIFETIME = Duration.ofMinutes(15);

  private final String token;
  private final McpAuthentication authentication;

  private DemoIssuer(String token, McpAuthentication authentication) {
    this.token = token;
    this.authentication = authentication;
  }

  /**
   * Makes a key, a token, and the policy that accepts it.
   *
   * @param resource the URL of the MCP endpoint
   */
  static DemoIssuer of(String resource) {
    try {
      ECKey key = new ECKeyGenerator(Curve.P_256).keyID("demo").generate();
      McpAuthentication authentication =
          McpAuthentication.builder()
              .verifier(
                  JwtVerifier.builder()
                      .issuer(ISSUER)
                      .audiences(resource)
                      .jwks(new JWKSet(key.toPublicJWK()).toString())
                      .build())
              .resourceMetadata(ResourceMetadata.builder().resource(resource).build())
              .build();
      return new DemoIssuer(sign(key, resource), authentication);
    } catch (JOSEException impossible) {
      throw new IllegalStateException("the JDK has no P-256", impossible);
    }
  }

  private static String sign(ECKey key, String audience) throws JOSEException {
    Instant now = Instant.now();
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID(key.getKeyID())
                .build(),
            new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject("demo-user")
                .audience(audience)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .build());
    jwt.sign(new ECDSASigner(key));
    return jwt.serialize();
  }

  /** The token, good for a quarter of an hour. */
  String token() {
    return token;
  }

  /** The policy that accepts it. */
  McpAuthentication authentication() {
    return authentication;
  }
}
