package io.mcpgateway.tracing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The library is optional: without it, tracing is told to need it. */
class AbsentLibraryTest {
  /** All classes but those of the library and those that use it. */
  private static final class Hiding extends ClassLoader {
    Hiding() {
      super(AbsentLibraryTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("io.opentelemetry.") || name.startsWith("io.mcpgateway.tracing.")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  @Test
  void tracerWithoutTheLibrary_saysWhatIsMissing() throws Exception {
    URL[] classes = {Path.of("target", "classes").toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(classes, new Hiding())) {
      Class<?> tracer = loader.loadClass("io.mcpgateway.tracing.OpenTelemetryTracer");
      MethodHandle ofGlobal =
          MethodHandles.publicLookup()
              .findStatic(tracer, "ofGlobal", MethodType.methodType(tracer));

      assertThatThrownBy(ofGlobal::invoke)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("io.opentelemetry:opentelemetry-api");
    }
  }
}
