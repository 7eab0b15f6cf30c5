/** Doubles that tests share: an issuer of tokens, a clock. */
@NullMarked
package io.mcpgateway.testkit;

import org.jspecify.annotations.NullMarked;
