package io.mcpgateway.jetty;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals of the operating system. The JDK has them in {@code sun.misc.Signal} only, which every
 * JVM in use has, but which code may not name without a warning: so it is looked for at run time.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /**
   * Has a signal do something else than it does by default.
   *
   * @param name without SIG, e.g. {@code TERM}
   * @param action runs on a thread of its own, each time the signal comes
   * @return whether it will; not where this system knows no such signal
   */
  static boolean on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Constructor<?> named = signal.getConstructor(String.class);
      Method handle = signal.getMethod("handle", signal, handler);
      Object acting =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                  return null;
                }
                return switch (method.getName()) {
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == arguments[0];
                  default -> "on " + name;
                };
              });
      handle.invoke(null, named.newInstance(name), acting);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException | LinkageError unknown) {
      Throwable cause =
          unknown instanceof InvocationTargetException wrapped ? wrapped.getCause() : unknown;
      LOG.debug("no signal {}", name, cause);
      return false;
    }
  }
}
