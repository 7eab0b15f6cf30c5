package io.mcpgateway.http;

/** A body that is another one, but for what it overrides. As thread-safe as that is. */
public abstract class BodyWrapper implements BodySource {
  /** The other one. */
  protected final BodySource body;

  /**
   * A body that is another one.
   *
   * @param body belongs to this one from now on
   */
  protected BodyWrapper(BodySource body) {
    this.body = body;
  }

  @Override
  public void demand(Runnable readable) {
    body.demand(readable);
  }

  @Override
  public void cancel(Throwable cause) {
    body.cancel(cause);
  }

  @Override
  public long length() {
    return body.length();
  }
}
