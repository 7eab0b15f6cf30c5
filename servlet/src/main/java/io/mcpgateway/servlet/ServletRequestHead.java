package io.mcpgateway.servlet;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.RequestPath;
import io.mcpgateway.tls.CertificateThumbprint;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Reads the head of a request off a servlet request, changing as little as can be. */
final class ServletRequestHead {
  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

  private ServletRequestHead() {}

  /**
   * The head.
   *
   * @param request the client's
   * @throws IllegalArgumentException when it cannot be one, and the request deserves a 400
   */
  static RequestHead of(HttpServletRequest request) {
    if (request.getProtocol().equals("HTTP/1.0")
        && request.getHeader("Transfer-Encoding") != null) {
      // RFC 9112, 6.1: whoever passed this on may have seen another end of the body.
      throw new IllegalArgumentException("HTTP/1.0 has no Transfer-Encoding");
    }
    String mountPath = request.getContextPath();
    return new RequestHead(
        request.getMethod(),
        request.isSecure() ? "https" : "http", // the scheme may be what the client wrote
        authority(request),
        mountPath,
        path(request.getRequestURI(), mountPath),
        request.getQueryString() == null ? "" : request.getQueryString(),
        headers(request),
        address(request.getRemoteAddr()),
        request.getLocalPort(),
        clientCertificate(request));
  }

  /**
   * Jakarta Servlet 6.0, 3.10: the chain, the client's own first; containers make it when asked.
   */
  private static Optional<String> clientCertificate(HttpServletRequest request) {
    return request.isSecure()
            && request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
            && chain.length > 0
        ? Optional.of(CertificateThumbprint.of(chain[0]))
        : Optional.empty();
  }

  /**
   * The path below the context, as the client spelled it: containers map requests by what they
   * decode, the gateway refuses what can be decoded in two ways.
   */
  private static String path(String uri, String mountPath) {
    // Some containers give the context path as the client spelled it, too.
    if (!uri.startsWith(mountPath)
        || !(mountPath.isEmpty() || RequestPath.decode(mountPath).isPresent())) {
      throw new IllegalArgumentException("the context path is spelled oddly");
    }
    String path = uri.substring(mountPath.length());
    return path.isEmpty() ? "/" : path;
  }

  /** HTTP/2 has a pseudo-header instead, which containers show as the server's name and port. */
  private static String authority(HttpServletRequest request) {
    List<String> hosts = Collections.list(request.getHeaders("Host"));
    if (!hosts.isEmpty()) {
      return String.join(",", hosts);
    }
    if (request.getProtocol().startsWith("HTTP/1")) {
      return "";
    }
    String name = request.getServerName();
    String host = name.contains(":") && !name.startsWith("[") ? "[" + name + "]" : name;
    int standard = request.getScheme().equals("https") ? 443 : 80;
    return request.getServerPort() == standard ? host : host + ":" + request.getServerPort();
  }

  private static Headers headers(HttpServletRequest request) {
    Headers.Builder headers = Headers.builder();
    for (String name : Collections.list(request.getHeaderNames())) {
      for (String value : Collections.list(request.getHeaders(name))) {
        headers.add(name, value);
      }
    }
    return headers.build();
  }

  /** An IPv6 address without brackets and zone. */
  private static String address(String remote) {
    String address = remote.startsWith("[") ? remote.substring(1, remote.lastIndexOf(']')) : remote;
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }
}
