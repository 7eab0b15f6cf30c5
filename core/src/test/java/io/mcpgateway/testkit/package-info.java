/** What the tests of all modules share: servers and clients that speak in bytes. */
@NullMarked
package io.mcpgateway.testkit;

import org.jspecify.annotations.NullMarked;
