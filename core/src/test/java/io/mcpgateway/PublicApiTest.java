package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The public API is a file, so that a change of it is a visible one. */
class PublicApiTest {
  private static final Path CLASSES = Path.of("target", "classes");
  private static final Path API = Path.of("api.txt");

  @Test
  void publicApi_isTheCheckedInOne() throws IOException {
    List<String> api = describe();
    if (Boolean.getBoolean("api.update")) {
      Files.write(API, api);
    }

    assertThat(api)
        .as("the public API; `mvn -pl core test -Dtest=PublicApiTest -Dapi.update=true` writes it")
        .isEqualTo(Files.readAllLines(API));
  }

  private static List<String> describe() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String exported : exportedPackages()) {
      for (Class<?> type : publicTypes(exported)) {
        lines.add(describe(type));
        members(type).map(member -> "  " + member).sorted().forEach(lines::add);
      }
    }
    return lines;
  }

  private static List<String> exportedPackages() throws IOException {
    try (InputStream descriptor = Files.newInputStream(CLASSES.resolve("module-info.class"))) {
      return ModuleDescriptor.read(descriptor).exports().stream()
          .map(ModuleDescriptor.Exports::source)
          .sorted()
          .toList();
    }
  }

  private static List<Class<?>> publicTypes(String exported) throws IOException {
    try (Stream<Path> files = Files.list(CLASSES.resolve(exported.replace('.', '/')))) {
      List<Class<?>> types = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".class") && !name.equals("package-info.class")) {
          Class<?> type = load(exported + "." + name.substring(0, name.length() - 6));
          if (isVisible(type)) {
            types.add(type);
          }
        }
      }
      types.sort((a, b) -> a.getName().compareTo(b.getName()));
      assertThat(types).as(exported + " exports nothing").isNotEmpty();
      return types;
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, PublicApiTest.class.getClassLoader());
    } catch (ClassNotFoundException impossible) {
      throw new UncheckedIOException(new IOException(impossible));
    }
  }

  /** A type is as visible as what it is nested in. */
  private static boolean isVisible(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return isVisible(type.getModifiers())
        && !type.isAnonymousClass()
        && (outer == null || isVisible(outer));
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static String describe(Class<?> type) {
    String kind =
        type.isRecord()
            ? "record"
            : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
    String form =
        type.isSealed()
            ? "sealed "
            : kind.equals("class") && Modifier.isFinal(type.getModifiers()) ? "final " : "";
    String parents =
        Stream.concat(superclass(type).stream(), Arrays.stream(type.getGenericInterfaces()))
            .map(PublicApiTest::name)
            .collect(Collectors.joining(", "));
    return form + kind + " " + type.getName() + (parents.isEmpty() ? "" : " : " + parents);
  }

  private static Optional<Type> superclass(Class<?> type) {
    boolean own =
        type.getSuperclass() != null
            && type.getSuperclass() != Object.class
            && !type.isRecord()
            && !type.isEnum();
    return own ? Optional.of(type.getGenericSuperclass()) : Optional.empty();
  }

  private static Stream<String> members(Class<?> type) {
    Stream<String> fields =
        Arrays.stream(type.getDeclaredFields())
            .filter(field -> isVisible(field.getModifiers()) && !field.isSynthetic())
            .map(PublicApiTest::describe);
    Stream<String> constructors =
        Arrays.stream(type.getDeclaredConstructors())
            .filter(PublicApiTest::isShown)
            .map(PublicApiTest::describe);
    Stream<String> methods =
        Arrays.stream(type.getDeclaredMethods())
            .filter(method -> isShown(method) && !method.isBridge())
            .map(PublicApiTest::describe);
    return Stream.of(fields, constructors, methods).flatMap(member -> member);
  }

  private static boolean isShown(Executable member) {
    return isVisible(member.getModifiers()) && !member.isSynthetic();
  }

  private static String describe(Field field) {
    return form(field.getModifiers()) + name(field.getGenericType()) + " " + field.getName();
  }

  private static String describe(Constructor<?> constructor) {
    return "new" + parameters(constructor);
  }

  private static String describe(Method method) {
    String form = method.isDefault() ? "default " : form(method.getModifiers());
    return form + name(method.getGenericReturnType()) + " " + method.getName() + parameters(method);
  }

  private static String form(int modifiers) {
    return (Modifier.isProtected(modifiers) ? "protected " : "")
        + (Modifier.isStatic(modifiers) ? "static " : "");
  }

  private static String parameters(Executable member) {
    String thrown =
        Arrays.stream(member.getGenericExceptionTypes())
            .map(PublicApiTest::name)
            .collect(Collectors.joining(", "));
    return Arrays.stream(member.getGenericParameterTypes())
            .map(PublicApiTest::name)
            .collect(Collectors.joining(", ", "(", ")"))
        + (thrown.isEmpty() ? "" : " throws " + thrown);
  }

  private static String name(Type type) {
    return type.getTypeName()
        .replaceAll("java\\.(lang|util|time|net)(\\.(function|concurrent|regex))?\\.", "")
        .replace("io.mcpgateway.", "")
        .replace('$', '.');
  }
}
