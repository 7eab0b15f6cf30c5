/** The one place that touches the JSON library. Not exported. */
@NullMarked
package io.mcpgateway.json;

import org.jspecify.annotations.NullMarked;
