package io.mcpgateway.authorization;

/** Decides about one operation. Thread-safe, quick, and without I/O. */
@FunctionalInterface
public interface AccessRule {
  /**
   * Decides. Lists show what this permits to call.
   *
   * @param request what is asked for, and by whom
   * @return whether it may be done; a rule that throws permits nothing
   */
  boolean permits(AccessRequest request);
}
