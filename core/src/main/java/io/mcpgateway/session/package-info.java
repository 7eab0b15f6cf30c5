/** Sessions belong to callers: what a server calls them by is bound to who may use it. */
@NullMarked
package io.mcpgateway.session;

import org.jspecify.annotations.NullMarked;
