package io.mcpgateway.jetty;

import io.mcpgateway.config.ServerSettings.LocalAddress;
import java.util.List;

/**
 * A port for operators and probes.
 *
 * @param key by which the configuration sets its address
 * @param address where it is
 * @param endpoints what is answered there
 */
record AdminPort(String key, LocalAddress address, List<AdminEndpoint> endpoints) {}
