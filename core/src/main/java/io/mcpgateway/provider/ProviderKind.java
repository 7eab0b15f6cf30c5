package io.mcpgateway.provider;

/** What an identity provider needs before MCP clients can use it. */
public enum ProviderKind {
  /**
   * Nothing: its metadata is served unchanged, at the gateway's own origin, for clients of revision
   * 2025-03-26, which look for it there only.
   */
  PLAIN,
  /** Keycloak: browsers cannot register clients there, for want of CORS. */
  KEYCLOAK,
  /** Auth0: the audience of a token is asked for by {@code audience}. */
  AUTH0,
  /** Okta: audience as with Auth0; browsers cannot register clients there. */
  OKTA,
  /** Microsoft Entra ID: refuses {@code resource}, and registers no clients. */
  ENTRA,
  /** authentik: browsers cannot register clients there. */
  AUTHENTIK,
  /** Descope: browsers cannot register clients there. */
  DESCOPE;

  /** Whether its own registration endpoint is out of a browser's reach, so that ours stands in. */
  boolean registersThroughGateway() {
    return this == KEYCLOAK || this == OKTA || this == AUTHENTIK || this == DESCOPE;
  }

  /** Whether it knows {@code audience} in place of {@code resource} (RFC 8707). */
  boolean takesAudience() {
    return this == AUTH0 || this == OKTA;
  }
}
