/**
 * The policies of the MCP gateway, their order, and the streaming forwarder. No servlet API, no web
 * server.
 */
module io.mcpgateway.core {
  requires transitive org.jspecify;
  requires org.slf4j;
  requires com.fasterxml.jackson.databind;
  requires com.nimbusds.jose.jwt;
  requires org.eclipse.jetty.client;
  requires org.eclipse.jetty.http;
  requires org.eclipse.jetty.http2.client.transport;
  requires org.eclipse.jetty.io;
  requires org.eclipse.jetty.util;
  requires org.snakeyaml.engine;
  requires static io.opentelemetry.api;
  requires static micrometer.core;

  exports io.mcpgateway;
  exports io.mcpgateway.auth;
  exports io.mcpgateway.authorization;
  exports io.mcpgateway.cel;
  exports io.mcpgateway.backendauth;
  exports io.mcpgateway.config;
  exports io.mcpgateway.cors;
  exports io.mcpgateway.forward;
  exports io.mcpgateway.http;
  exports io.mcpgateway.jwt;
  exports io.mcpgateway.mcp;
  exports io.mcpgateway.metadata;
  exports io.mcpgateway.metrics;
  exports io.mcpgateway.oauth;
  exports io.mcpgateway.provider;
  exports io.mcpgateway.session;
  exports io.mcpgateway.telemetry;
  exports io.mcpgateway.tls;
  exports io.mcpgateway.tracing;
}
