/** What the documentation shows: compiled and run with the tests. */
@NullMarked
package io.mcpgateway.samples;

import org.jspecify.annotations.NullMarked;
