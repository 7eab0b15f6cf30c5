/**
 * What browsers may do for other sites, as functions from a request head to a decision: which sites
 * may read answers (the CORS protocol of the Fetch standard), and whose requests are taken at all.
 */
@NullMarked
package io.mcpgateway.cors;

import org.jspecify.annotations.NullMarked;
