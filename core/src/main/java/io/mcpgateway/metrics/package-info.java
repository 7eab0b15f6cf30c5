/**
 * What happened, as numbers for the monitoring that an operator has. Needs the optional library
 * {@code io.micrometer:micrometer-core}.
 */
@NullMarked
package io.mcpgateway.metrics;

import org.jspecify.annotations.NullMarked;
