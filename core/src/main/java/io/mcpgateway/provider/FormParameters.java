package io.mcpgateway.provider;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The parameters of a query or a form, in order. Prints no value: they may be credentials.
 *
 * @param all decoded
 */
record FormParameters(List<Parameter> all) {
  /**
   * One parameter.
   *
   * @param name decoded
   * @param value decoded
   */
  record Parameter(String name, String value) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Reads them.
   *
   * @param encoded {@code application/x-www-form-urlencoded}
   * @return empty when it is malformed, or a parameter is there twice (RFC 6749, 3.1 and 3.2)
   */
  static Optional<FormParameters> parse(String encoded) {
    List<Parameter> parameters = new ArrayList<>();
    for (String pair : encoded.split("&", -1)) {
      int equals = pair.indexOf('=');
      try {
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        if (!pair.isEmpty()) {
          parameters.add(new Parameter(name, value));
        }
      } catch (IllegalArgumentException malformed) {
        return Optional.empty();
      }
    }
    // RFC 8707, 2: only resource may be repeated.
    List<String> names =
        parameters.stream().map(Parameter::name).filter(name -> !name.equals("resource")).toList();
    return names.stream().distinct().count() == names.size()
        ? Optional.of(new FormParameters(List.copyOf(parameters)))
        : Optional.empty();
  }

  /** The value of a parameter; empty when it is missing. */
  Optional<String> value(String name) {
    return all.stream()
        .filter(parameter -> parameter.name().equals(name))
        .map(Parameter::value)
        .findFirst();
  }

  FormParameters without(String name) {
    return new FormParameters(
        all.stream().filter(parameter -> !parameter.name().equals(name)).toList());
  }

  FormParameters with(String name, String value) {
    List<Parameter> more = new ArrayList<>(all);
    more.add(new Parameter(name, value));
    return new FormParameters(List.copyOf(more));
  }

  /** As a query or a form. */
  String encoded() {
    return all.stream()
        .map(parameter -> encode(parameter.name()) + "=" + encode(parameter.value()))
        .collect(Collectors.joining("&"));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
