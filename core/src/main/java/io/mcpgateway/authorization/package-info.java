/** Who may call which method, tool, prompt and resource: scopes, rules, and filtered lists. */
@NullMarked
package io.mcpgateway.authorization;

import org.jspecify.annotations.NullMarked;
