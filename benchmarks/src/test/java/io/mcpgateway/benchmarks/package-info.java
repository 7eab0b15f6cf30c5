/** Runs the micro benchmarks, which stand in the packages of what they measure. */
@NullMarked
package io.mcpgateway.benchmarks;

import org.jspecify.annotations.NullMarked;
