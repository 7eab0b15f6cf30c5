/** The gateway in a servlet container: an adapter without decisions of its own. */
@NullMarked
package io.mcpgateway.servlet;

import org.jspecify.annotations.NullMarked;
