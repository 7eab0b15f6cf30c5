package io.mcpgateway.cel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The library of the language is optional: without it, rules in CEL are told to need it. */
class AbsentLibraryTest {
  /** All classes but those of the library and those that use it. */
  private static final class Hiding extends ClassLoader {
    Hiding() {
      super(AbsentLibraryTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("dev.cel.") || name.startsWith("io.mcpgateway.cel.")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  @Test
  void ruleWithoutTheLibrary_saysWhatIsMissing() throws Exception {
    URL[] classes = {Path.of("target", "classes").toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(classes, new Hiding())) {
      Class<?> rule = loader.loadClass("io.mcpgateway.cel.CelRule");

      assertThatThrownBy(() -> rule.getMethod("allow", String.class).invoke(null, "true"))
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("dev.cel:cel");
    }
  }
}
