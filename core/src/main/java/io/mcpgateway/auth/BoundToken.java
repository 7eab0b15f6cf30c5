package io.mcpgateway.auth;

import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;

/**
 * A good token that names a key or certificate of its holder.
 *
 * @param token as it was presented
 * @param confirmation what it names: the value of the member of {@code cnf}
 * @param request the request it came with
 * @param origin how the client sees the gateway
 */
public record BoundToken(
    BearerToken token, String confirmation, RequestHead request, PublicOrigin origin) {}
