/** What happened, as events that an observer gets; the access log is one of them. */
@NullMarked
package io.mcpgateway.telemetry;

import org.jspecify.annotations.NullMarked;
