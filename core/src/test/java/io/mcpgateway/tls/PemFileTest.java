package io.mcpgateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemFileTest {
  private static final TestCertificate AUTHORITY = TestCertificate.authority();

  @TempDir private Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "f", ".pem"), text);
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(der));
  }

  @Test
  void certificates_chainWithTextBetween_isReadInOrder() throws Exception {
    TestCertificate leaf = AUTHORITY.issue("a.example");
    Path bundle =
        file(
            "subject=leaf\n"
                + Files.readString(leaf.file(directory))
                + "\n"
                + Files.readString(leaf.keyFile(directory))
                + Files.readString(AUTHORITY.file(directory)));

    assertThat(new PemFile(bundle).certificates())
        .containsExactly(leaf.certificate(), AUTHORITY.certificate());
    assertThat(PemFile.keyEntry(bundle, bundle).getCertificateChain())
        .containsExactly(leaf.certificate(), AUTHORITY.certificate());
  }

  @ParameterizedTest
  @CsvSource({"RSA,2048", "EC,256", "Ed25519,255"})
  void privateKey_pkcs8_isRead(String algorithm, int size) throws Exception {
    KeyPair keys = keys(algorithm, size);

    assertThat(new PemFile(file(pem("PRIVATE KEY", keys.getPrivate().getEncoded()))).privateKey())
        .isEqualTo(keys.getPrivate());
  }

  @Test
  void privateKey_pkcs1_isRead() throws Exception {
    RSAPrivateKey key = (RSAPrivateKey) keys("RSA", 2048).getPrivate();
    // PKCS#8 ends with what PKCS#1 is (RFC 5208, 5), behind 26 bytes for this size.
    byte[] pkcs8 = key.getEncoded();
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);

    assertThat(new PemFile(file(pem("RSA PRIVATE KEY", pkcs1))).privateKey()).isEqualTo(key);
  }

  private static KeyPair keys(String algorithm, int size) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    return generator.generateKeyPair();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END OTHER KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"
      })
  void privateKey_none_namesTheFile(String text) throws IOException {
    Path file = file(text);

    assertThatThrownBy(() -> new PemFile(file).privateKey())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining("unencrypted, PKCS#8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n"
      })
  void certificates_none_namesTheFile(String text) throws IOException {
    Path file = file(text);

    assertThatThrownBy(() -> new PemFile(file).certificates())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining("PEM, X.509");
  }

  @Test
  void noFile_isNamed() {
    Path file = directory.resolve("missing.pem");

    assertThatThrownBy(() -> new PemFile(file).certificates())
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": cannot be read (expected: a readable file)");
  }

  @Test
  void keyEntry_ofAnotherCertificate_isRefused() {
    Path certificate = AUTHORITY.issue("a.example").file(directory);
    Path key = AUTHORITY.issue("a.example").keyFile(directory);

    assertThatThrownBy(() -> PemFile.keyEntry(certificate, key))
        .isInstanceOf(IOException.class)
        .hasMessage(key + ": not the key of " + certificate);
  }
}
