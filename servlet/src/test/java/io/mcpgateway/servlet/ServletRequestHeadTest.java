package io.mcpgateway.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.RequestHead;
import io.mcpgateway.testkit.TestCertificate;
import io.mcpgateway.tls.CertificateThumbprint;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What of a servlet request no plain connection shows. */
class ServletRequestHeadTest {
  private static final TestCertificate CLIENT = TestCertificate.authority();

  private static RequestHead head(boolean secure, @Nullable Object certificates) {
    Map<String, Object> answers =
        Map.of(
            "getMethod", "POST",
            "getScheme", secure ? "https" : "http",
            "isSecure", secure,
            "getContextPath", "",
            "getRequestURI", "/mcp",
            "getProtocol", "HTTP/1.1",
            "getRemoteAddr", "127.0.0.1",
            "getLocalPort", 8443);
    HttpServletRequest request =
        (HttpServletRequest)
            Proxy.newProxyInstance(
                HttpServletRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "getAttribute" ->
                          "jakarta.servlet.request.X509Certificate".equals(arguments[0])
                              ? certificates
                              : null;
                      case "getHeaderNames", "getHeaders" -> Collections.enumeration(List.of());
                      default -> answers.get(method.getName());
                    });
    return ServletRequestHead.of(request);
  }

  @Test
  void clientCertificate_isTheFirstOfTheChain() {
    X509Certificate[] chain = {CLIENT.certificate(), TestCertificate.authority().certificate()};

    assertThat(head(true, chain).clientCertificate())
        .contains(CertificateThumbprint.of(CLIENT.certificate()));
  }

  @Test
  void clientCertificate_noneOrNoTls_isEmpty() {
    X509Certificate[] chain = {CLIENT.certificate()};

    assertThat(head(true, null).clientCertificate()).isEmpty();
    assertThat(head(true, new X509Certificate[0]).clientCertificate()).isEmpty();
    assertThat(head(false, chain).clientCertificate()).isEmpty();
  }
}
