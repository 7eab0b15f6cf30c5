package io.mcpgateway.cel;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.ast.CelReference;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.Program;
import io.mcpgateway.authorization.AccessRequest;
import io.mcpgateway.mcp.McpOperation.Kind;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A compiled expression. All that knows the library is here. */
final class CelExpression {
  static final String METHOD = "mcp.methodName";

  private static final Logger LOG = LoggerFactory.getLogger(CelExpression.class);
  private static final Map<String, Kind> SUBJECTS =
      Map.of("mcp.tool", Kind.TOOL, "mcp.prompt", Kind.PROMPT, "mcp.resource", Kind.RESOURCE);
  private static final Cel CEL = cel();

  private final Program program;
  private final Set<String> names;
  private final Set<Kind> kinds;

  private CelExpression(Program program, Set<String> names) {
    this.program = program;
    this.names = names;
    this.kinds =
        SUBJECTS.entrySet().stream()
            .filter(subject -> names.stream().anyMatch(n -> n.startsWith(subject.getKey() + ".")))
            .map(Map.Entry::getValue)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Names of several parts are variables of their own, so that their types are checked. */
  private static Cel cel() {
    // The library is no module; where this is one, it cannot require it, but reads it all the same.
    CelExpression.class
        .getModule()
        .addReads(CelExpression.class.getClassLoader().getUnnamedModule());
    CelOptions options = CelOptions.current().enableHeterogeneousNumericComparisons(true).build();
    MapType object = MapType.create(SimpleType.STRING, SimpleType.DYN);
    var builder =
        CelFactory.plannerCelBuilder()
            .setOptions(options)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addCompilerLibraries(CelExtensions.strings(), CelExtensions.sets(options))
            .addRuntimeLibraries(CelExtensions.strings(), CelExtensions.sets(options))
            .setResultType(SimpleType.BOOL)
            .addVar("mcp", object)
            .addVar("jwt", object)
            .addVar("request.headers", MapType.create(SimpleType.STRING, SimpleType.STRING));
    CelVariables.TEXTS.forEach(name -> builder.addVar(name, SimpleType.STRING));
    return builder.build();
  }

  /**
   * Compiles an expression.
   *
   * @throws IllegalArgumentException when it is no condition that can be evaluated
   */
  static CelExpression compile(String expression) {
    try {
      CelAbstractSyntaxTree tree = CEL.compile(expression).getAst();
      checkNames(tree);
      Map<Long, CelReference> references = tree.getReferenceMap();
      return new CelExpression(
          CEL.createProgram(tree),
          references.values().stream()
              .map(CelReference::name)
              .collect(Collectors.toUnmodifiableSet()));
    } catch (CelValidationException | CelEvaluationException invalid) {
      throw new IllegalArgumentException(
          "not a CEL condition: " + String.valueOf(invalid.getMessage()).strip(), invalid);
    }
  }

  /** {@code mcp} is there to be asked for with {@code has}: other members of it are mistakes. */
  private static void checkNames(CelAbstractSyntaxTree tree) {
    Optional<String> unknown =
        CelNavigableAst.fromAst(tree)
            .getRoot()
            .allNodes()
            .filter(node -> node.getKind() == ExprKind.Kind.SELECT)
            .map(node -> node.expr())
            .filter(select -> tree.getReference(select.id()).isEmpty())
            .filter(select -> !select.select().testOnly())
            .map(CelExpression::path)
            .filter(path -> path.startsWith("mcp."))
            .max(Comparator.comparing(String::length));
    if (unknown.isPresent()) {
      throw new IllegalArgumentException(
          "not a CEL condition: undeclared reference to '"
              + unknown.get()
              + "' (expected: one of "
              + String.join(", ", CelVariables.TEXTS)
              + ", jwt, request.headers)");
    }
  }

  private static String path(CelExpr expression) {
    return switch (expression.getKind()) {
      case IDENT -> expression.ident().name();
      case SELECT -> path(expression.select().operand()) + "." + expression.select().field();
      default -> "";
    };
  }

  /** Whether it uses a variable. */
  boolean names(String variable) {
    return names.contains(variable);
  }

  /** Which of tools, prompts and resources it speaks of. */
  Set<Kind> kinds() {
    return kinds;
  }

  /**
   * Evaluates it.
   *
   * @return empty when that fails, for instance because a claim is not there
   */
  Optional<Boolean> evaluate(AccessRequest request) {
    try {
      Object value = program.eval(new CelVariables(request));
      return value instanceof Boolean truth ? Optional.of(truth) : Optional.empty();
    } catch (CelEvaluationException | RuntimeException failure) {
      LOG.debug("a rule could not be evaluated: {}", failure.getClass().getSimpleName());
      return Optional.empty();
    }
  }
}
