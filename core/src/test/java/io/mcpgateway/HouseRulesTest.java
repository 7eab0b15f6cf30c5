package io.mcpgateway;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the house: which room may know which, and what no room may hold. */
class HouseRulesTest {
  private static final String ROOT = "io.mcpgateway";
  private static final Path PRODUCTION = Path.of("target", "classes");
  private static final JavaClasses CLASSES = new ClassFileImporter().importPath(PRODUCTION);

  /**
   * The rooms, and the rooms that each may know. The front door may know all but {@code config}.
   * Rooms that are not built yet are in the table, and are checked from their first class on.
   */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          entry("http", Set.of()),
          entry("json", Set.of()),
          entry("tls", Set.of()),
          entry("fetch", Set.of("http", "json")),
          entry("cors", Set.of("http")),
          entry("metadata", Set.of("http", "json")),
          entry("auth", Set.of("http", "json", "metadata", "provider", "telemetry", "tls")),
          entry("jwt", Set.of("auth", "fetch", "http", "json", "telemetry", "tls")),
          entry("oauth", Set.of("auth", "fetch", "http", "json", "jwt")),
          entry("provider", Set.of("fetch", "http", "json", "metadata")),
          entry("backendauth", Set.of("auth", "fetch", "http", "json", "jwt", "oauth")),
          entry("cel", Set.of("auth", "authorization", "http", "mcp")),
          entry("mcp", Set.of("http", "json")),
          entry("authorization", Set.of("auth", "http", "json", "mcp")),
          entry("session", Set.of("auth")),
          entry("forward", Set.of("http", "json", "mcp", "session", "telemetry", "tls")),
          entry("telemetry", Set.of("http", "json", "mcp")),
          entry("tracing", Set.of("http", "json", "mcp", "telemetry")),
          entry("metrics", Set.of("", "forward", "telemetry")),
          entry(
              "config",
              Set.of(
                  "",
                  "auth",
                  "authorization",
                  "backendauth",
                  "cel",
                  "cors",
                  "fetch",
                  "forward",
                  "http",
                  "json",
                  "jwt",
                  "mcp",
                  "metadata",
                  "oauth",
                  "provider",
                  "session",
                  "telemetry",
                  "tls")),
          entry(
              "",
              Set.of(
                  "auth",
                  "authorization",
                  "backendauth",
                  "cel",
                  "cors",
                  "fetch",
                  "forward",
                  "http",
                  "json",
                  "jwt",
                  "mcp",
                  "metadata",
                  "oauth",
                  "provider",
                  "session",
                  "telemetry",
                  "tls")));

  /** Libraries, and the only rooms that may touch them. The JDK, slf4j and jspecify: all. */
  private static final Map<String, Set<String>> MAY_TOUCH =
      Map.of(
          "com.fasterxml.jackson..", Set.of("json"),
          "com.nimbusds..", Set.of("jwt"),
          "dev.cel..", Set.of("cel"),
          "io.opentelemetry..", Set.of("tracing"),
          "io.micrometer..", Set.of("metrics"),
          "javax.crypto..", Set.of("session"),
          "javax.net..", Set.of("forward", "tls"),
          "org.eclipse.jetty..", Set.of("fetch", "forward"),
          "org.snakeyaml..", Set.of("config"));

  /** Classes that are a state by nature: they read one message or document, or they count. */
  private static final Set<String> STATEFUL =
      Set.of(
          ROOT + ".Admission",
          ROOT + ".PatientBody",
          ROOT + ".auth.TokenCache",
          ROOT + ".config.NodeReader",
          ROOT + ".forward.LegacyStream",
          ROOT + ".forward.LimitedBody",
          ROOT + ".forward.SolicitedEndPoint",
          ROOT + ".forward.TimedStream",
          ROOT + ".json.JsonScan",
          ROOT + ".mcp.ByteOrderMark",
          ROOT + ".mcp.EventBoundary",
          ROOT + ".mcp.FilteredEvents",
          ROOT + ".mcp.MessagePeek",
          ROOT + ".mcp.CallArguments");

  private static String packageOf(String room) {
    return room.isEmpty() ? ROOT : ROOT + "." + room;
  }

  private static boolean exists(String room) {
    return Files.isDirectory(PRODUCTION.resolve(packageOf(room).replace('.', '/')));
  }

  private static DescribedPredicate<JavaClass> in(Stream<String> rooms) {
    return resideInAnyPackage(rooms.map(HouseRulesTest::packageOf).toArray(String[]::new));
  }

  static Stream<String> rooms() {
    return MAY_KNOW.keySet().stream().filter(HouseRulesTest::exists).sorted();
  }

  private static List<JavaClass> classesOf(String room) {
    return CLASSES.stream()
        .filter(type -> type.getPackageName().equals(packageOf(room)))
        .filter(type -> !type.getSimpleName().equals("package-info"))
        .toList();
  }

  /** A rule that looked at nothing proves nothing. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(false).check(CLASSES);
  }

  @Test
  void rooms_areThoseOfTheTable() throws IOException {
    try (Stream<Path> files = Files.walk(PRODUCTION)) {
      List<String> packages =
          files
              .filter(file -> file.toString().endsWith(".class"))
              .map(file -> PRODUCTION.relativize(file).getParent())
              .filter(folder -> folder != null)
              .map(folder -> folder.toString().replace('/', '.').replace('\\', '.'))
              .distinct()
              .sorted()
              .toList();

      assertThat(packages)
          .as("flat packages, each with its line in the table")
          .containsExactlyElementsOf(rooms().map(HouseRulesTest::packageOf).sorted().toList());
    }
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void room_knowsOnlyTheRoomsOfItsLine(String room) {
    assertThat(classesOf(room)).as("classes of " + packageOf(room)).isNotEmpty();
    Stream<String> strangers =
        MAY_KNOW.keySet().stream()
            .filter(other -> !other.equals(room))
            .filter(other -> !MAY_KNOW.getOrDefault(room, Set.of()).contains(other));

    check(
        noClasses()
            .that()
            .resideInAPackage(packageOf(room))
            .should()
            .dependOnClassesThat(in(strangers)));
  }

  @Test
  void rooms_haveNoCycles() {
    SliceAssignment room =
        new SliceAssignment() {
          @Override
          public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith(ROOT)
                ? SliceIdentifier.of(type.getPackageName())
                : SliceIdentifier.ignore();
          }

          @Override
          public String getDescription() {
            return "rooms";
          }
        };

    check(slices().assignedFrom(room).should().beFreeOfCycles());
  }

  static Stream<Arguments> libraries() {
    return MAY_TOUCH.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(line -> arguments(line.getKey(), line.getValue()));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void library_isTouchedInItsRoomsOnly(String library, Set<String> rooms) {
    check(
        noClasses()
            .that(not(in(rooms.stream())))
            .should()
            .dependOnClassesThat(resideInAPackage(library)));
    for (String room : rooms) {
      if (exists(room)) {
        assertThat(classesOf(room))
            .as(packageOf(room) + " touches " + library + ", or need not be in the table")
            .anyMatch(
                type ->
                    type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(use -> resideInAPackage(library).test(use.getTargetClass())));
      }
    }
  }

  @Test
  void libraries_areNoOthers() {
    List<String> known = new ArrayList<>(MAY_TOUCH.keySet());
    known.addAll(List.of("java..", "org.slf4j..", "org.jspecify..", ROOT + ".."));

    check(
        classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(known.toArray(String[]::new))));
  }

  @Test
  void cryptography_isInItsRoomsOnly() {
    DescribedPredicate<JavaClass> cryptography =
        describe(
            "are cryptography",
            type ->
                type.getPackageName().startsWith("java.security")
                    && !type.getName().equals("java.security.Principal"));

    check(
        noClasses()
            .that(not(in(Stream.of("auth", "jwt", "session", "tls"))))
            .should()
            .dependOnClassesThat(cryptography));
  }

  @Test
  void servletTypes_areNowhere() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                    "jakarta..", "javax.servlet..", "org.springframework..", "java.beans..")));
  }

  @Test
  void fields_areFinalWhereOthersSeeThem() {
    check(fields().that().areNotStatic().and().areNotPrivate().should().beFinal());
    check(fields().that().areStatic().should().beFinal());
  }

  @Test
  void fields_changeInBuildersAndStreamsOnly() {
    DescribedPredicate<JavaField> changeable =
        describe("change", field -> !field.getModifiers().contains(JavaModifier.FINAL));
    DescribedPredicate<JavaClass> stateful =
        describe(
            "are builders or streams",
            type -> type.getSimpleName().equals("Builder") || STATEFUL.contains(type.getName()));

    check(fields().that(changeable).should().beDeclaredInClassesThat(stateful));
    for (String name : STATEFUL) {
      assertThat(CLASSES.contain(name)).as(name + " exists").isTrue();
      assertThat(CLASSES.get(name).getFields())
          .as(name + " changes, or need not be listed")
          .anyMatch(changeable);
    }
  }

  @Test
  void methods_areNoSetters() {
    check(
        noMethods()
            .that()
            .areNotDeclaredIn(ROOT + ".forward.SolicitedEndPoint") // Jetty's interface has them
            .should()
            .haveNameMatching("set[A-Z].*"));
  }

  @Test
  void methods_areCalledLikeTheThing() {
    DescribedPredicate<JavaMethod> ownGetter =
        describe(
            "are getters that no library asks for",
            method -> method.getName().matches("get[A-Z].*") && !overridesForeign(method));

    check(methods().should(ArchConditions.not(ArchConditions.be(ownGetter))));
  }

  private static boolean overridesForeign(JavaMethod method) {
    return Stream.concat(
            method.getOwner().getAllRawSuperclasses().stream(),
            method.getOwner().getAllRawInterfaces().stream())
        .filter(parent -> !parent.getPackageName().startsWith(ROOT))
        .flatMap(parent -> parent.getMethods().stream())
        .anyMatch(inherited -> inherited.getName().equals(method.getName()));
  }

  @Test
  void classes_haveTheNameOfTheThing() {
    check(noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager|Impl)(\\$.*)?"));
  }

  @Test
  void threads_carryNothing() {
    check(noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class));
  }

  static Stream<DescribedPredicate<JavaMethodCall>> clocks() {
    return Stream.of(
        describe(
            "System.currentTimeMillis()",
            call ->
                call.getTargetOwner().isEquivalentTo(System.class)
                    && call.getName().equals("currentTimeMillis")),
        describe(
            "now() without a clock",
            call ->
                call.getTargetOwner().getPackageName().equals("java.time")
                    && call.getName().equals("now")
                    && call.getTarget().getRawParameterTypes().stream()
                        .noneMatch(type -> type.isEquivalentTo(Clock.class))),
        describe("a clock of the system", HouseRulesTest::takesTheSystemsClock));
  }

  private static boolean takesTheSystemsClock(JavaMethodCall call) {
    return call.getTargetOwner().isEquivalentTo(Clock.class)
        && (call.getName().startsWith("system") || call.getName().startsWith("tick"));
  }

  @ParameterizedTest
  @MethodSource("clocks")
  void time_comesFromAClockThatABuilderChose(DescribedPredicate<JavaMethodCall> clock) {
    check(noClasses().that().doNotHaveSimpleName("Builder").should().callMethodWhere(clock));
  }

  @Test
  void time_defaultIsTheSystems() {
    assertThat(CLASSES.get(McpGateway.Builder.class).getMethodCallsFromSelf())
        .as("or the rule above looks for the wrong call")
        .anyMatch(HouseRulesTest::takesTheSystemsClock);
  }

  @Test
  void durations_areMeasuredInFewPlaces() {
    Set<String> measuring =
        CLASSES.stream()
            .flatMap(type -> type.getMethodCallsFromSelf().stream())
            .filter(call -> call.getTargetOwner().isEquivalentTo(System.class))
            .filter(call -> call.getName().equals("nanoTime"))
            .map(call -> call.getOriginOwner().getName())
            .collect(Collectors.toSet());

    assertThat(measuring)
        .containsExactlyInAnyOrder(
            ROOT + ".LiveGateway",
            ROOT + ".PatientBody",
            ROOT + ".RecordedExchange",
            ROOT + ".forward.TimedStream",
            ROOT + ".jwt.RemoteKeys");
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void room_isNullMarked(String room) {
    JavaPackage here = CLASSES.getPackage(packageOf(room));

    assertThat(here.isAnnotatedWith(NullMarked.class)).as(packageOf(room)).isTrue();
  }
}
