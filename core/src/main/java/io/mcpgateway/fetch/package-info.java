/**
 * Small documents of other parties, authorization servers for instance, by HTTP: within bounds of
 * time and size, never blocking.
 */
@NullMarked
package io.mcpgateway.fetch;

import org.jspecify.annotations.NullMarked;
