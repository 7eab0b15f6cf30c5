package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays the checked-in inputs again; {@link Fuzzing} looks for new ones. */
class FuzzCorpusTest {
  static Stream<Arguments> inputs() throws IOException {
    Stream.Builder<Arguments> inputs = Stream.builder();
    for (FuzzTarget target : FuzzTarget.values()) {
      target.inputs().forEach(file -> inputs.add(arguments(target, file.getFileName())));
    }
    return inputs.build();
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void input_again_holdsWhatTheTargetSays(FuzzTarget target, Path name) throws IOException {
    byte[] input = Files.readAllBytes(target.corpus().resolve(name));
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> target.test(input));
  }

  @Test
  void corpora_belongToTargets() throws IOException {
    try (var directories = Files.list(FuzzTarget.CORPORA)) {
      List<String> names = directories.map(path -> path.getFileName().toString()).toList();
      assertThat(names)
          .containsExactlyInAnyOrderElementsOf(
              Arrays.stream(FuzzTarget.values()).map(FuzzTarget::toString).toList());
    }
  }
}
