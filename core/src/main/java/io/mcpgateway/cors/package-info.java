/** The CORS protocol of the Fetch standard, as a function from a request head to a decision. */
@NullMarked
package io.mcpgateway.cors;

import org.jspecify.annotations.NullMarked;
