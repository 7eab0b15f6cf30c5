package io.mcpgateway.auth;

import io.mcpgateway.auth.BindingOutcome.Confirmed;
import io.mcpgateway.auth.BindingOutcome.Refused;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What tokens may or have to be bound to, and the schemes that go with it. A token that is bound to
 * what nobody here confirms is refused: taken as a plain bearer token it would lose the protection
 * it was issued with (RFC 9449, 7.2; RFC 8705, 3).
 *
 * @param all in the order of the challenges
 */
record TokenBindings(List<TokenBinding> all) {
  private static final String CONFIRMATION = "cnf";

  /**
   * What a token can be bound to (IANA, JWT Confirmation Methods). RFC 7800, 3.1: other members are
   * ignored, as Keycloak's next to {@code jkt}; but a token has to have one that is confirmed.
   */
  private static final Set<String> METHODS =
      Set.of("jwk", "jwe", "kid", "jku", "x5t#S256", "osc", "jkt");

  private static final BindingOutcome CONFIRMED = new Confirmed();

  /**
   * Checks that each way is there once.
   *
   * @throws IllegalArgumentException when two confirm the same
   */
  TokenBindings {
    all = List.copyOf(all);
    if (all.stream().map(TokenBinding::confirmationMethod).distinct().count() < all.size()) {
      throw new IllegalArgumentException("bindings: twice the same (expected: one of each kind)");
    }
  }

  /**
   * What a request presents.
   *
   * @param scheme the scheme that it uses; Bearer when it uses none
   * @param credentials what it brings under that scheme
   */
  record Presented(String scheme, BearerCredentials credentials) {}

  /** What a request presents, under the first scheme that it uses. */
  Presented presented(Headers headers) {
    BearerCredentials bearer = BearerToken.of(headers);
    if (bearer instanceof BearerCredentials.None) {
      for (TokenBinding binding : all) {
        if (binding.scheme().isPresent()) {
          BearerCredentials bound = BearerToken.of(headers, binding.scheme().get());
          if (!(bound instanceof BearerCredentials.None)) {
            return new Presented(binding.scheme().get(), bound);
          }
        }
      }
    }
    return new Presented(BearerToken.SCHEME, bearer);
  }

  /** The scheme by which a token with these claims was taken. */
  String schemeOf(Map<String, Object> claims) {
    return all.stream()
        .filter(
            binding ->
                claims.get(CONFIRMATION) instanceof Map<?, ?> members
                    && members.containsKey(binding.confirmationMethod()))
        .flatMap(binding -> binding.scheme().stream())
        .findFirst()
        .orElse(BearerToken.SCHEME);
  }

  private Stream<String> schemes() {
    return Stream.concat(
            Stream.of(BearerToken.SCHEME), all.stream().flatMap(each -> each.scheme().stream()))
        .distinct();
  }

  /** What the metadata of the resource says of the bindings. */
  Map<String, Object> resourceMetadata() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    all.forEach(binding -> parameters.putAll(binding.resourceMetadata()));
    return parameters;
  }

  /**
   * Decides whether a good token is its presenter's.
   *
   * @param token as it was presented
   * @param scheme by which it was
   * @param claims of the token
   */
  BindingOutcome judge(
      BearerToken token,
      String scheme,
      Map<String, Object> claims,
      RequestHead clientRequest,
      PublicOrigin origin) {
    if (all.isEmpty() && !claims.containsKey(CONFIRMATION)) {
      return CONFIRMED;
    }
    if (claims.containsKey(CONFIRMATION)
        && !(claims.get(CONFIRMATION) instanceof Map<?, ?> members && !members.isEmpty())) {
      return refused("the confirmation of the token is malformed");
    }
    Map<?, ?> confirmations =
        claims.get(CONFIRMATION) instanceof Map<?, ?> members ? members : Map.of();
    Set<String> here =
        all.stream().map(TokenBinding::confirmationMethod).collect(Collectors.toUnmodifiableSet());
    Set<?> named = confirmations.keySet();
    boolean nobodys = !named.isEmpty() && Collections.disjoint(named, here);
    if (nobodys || named.stream().anyMatch(it -> METHODS.contains(it) && !here.contains(it))) {
      return refused("the token is bound to a proof that is not supported");
    }
    for (TokenBinding binding : all) {
      if (!confirmations.containsKey(binding.confirmationMethod())) {
        boolean presentedAsBound = binding.scheme().equals(Optional.of(scheme));
        if (binding.required() || presentedAsBound) {
          return refused(
              "the token is not bound to its holder: no " + binding.confirmationMethod());
        }
        continue;
      }
      if (!binding.scheme().orElse(scheme).equals(scheme)) {
        return refused("a token bound to its holder needs another scheme than " + scheme);
      }
      if (!(confirmations.get(binding.confirmationMethod()) instanceof String confirmation)) {
        return refused("the confirmation of the token is malformed");
      }
      BindingOutcome outcome =
          binding.confirm(new BoundToken(token, confirmation, clientRequest, origin));
      if (!(outcome instanceof Confirmed)) {
        return outcome;
      }
    }
    return CONFIRMED;
  }

  private static BindingOutcome refused(String description) {
    return new Refused(BearerError.invalidToken(description));
  }

  /**
   * The one line of a challenge. Bearer stands first, for there are clients that read no further;
   * where tokens have to be bound it would be a lie, and is left out. An error stands with the
   * scheme that the client has used.
   *
   * @param challenge what every scheme says
   * @param used the scheme that the client has used
   */
  String challenge(BearerChallenge challenge, String used) {
    List<String> offered = offered();
    Optional<String> blamed =
        challenge.error().map(error -> offered.contains(used) ? used : offered.get(0));
    return offered.stream()
        .map(
            scheme ->
                challenge.value(scheme, blamed.equals(Optional.of(scheme)), parametersOf(scheme)))
        .collect(Collectors.joining(", "));
  }

  /** The schemes by which a good token may come; never empty. */
  List<String> offered() {
    Set<String> needed =
        all.stream()
            .filter(TokenBinding::required)
            .flatMap(binding -> binding.scheme().stream())
            .collect(Collectors.toSet());
    return schemes().filter(scheme -> needed.isEmpty() || needed.contains(scheme)).toList();
  }

  private Map<String, String> parametersOf(String scheme) {
    Map<String, String> parameters = new LinkedHashMap<>();
    all.stream()
        .filter(binding -> binding.scheme().equals(Optional.of(scheme)))
        .forEach(binding -> parameters.putAll(binding.challengeParameters()));
    return parameters;
  }
}
