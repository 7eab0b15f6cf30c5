package io.mcpgateway.jetty;

import static io.mcpgateway.testkit.Latches.passed;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.Responses;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line: its exit codes, and what it says. */
class GatewayMainTest {
  private static final String OPEN =
      """
      binds:
      - port: %d
        address: 127.0.0.1
        listeners:
        - routes:
          - backends:
            - mcp:
                targets:
                - name: mcp
                  mcp:
                    host: %s
      """;

  @TempDir Path directory;

  private record Outcome(int exitCode, String out, String err) {}

  private static Outcome run(Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
    int exitCode = new GatewayMain(environment, outStream, errStream).run(arguments);
    return new Outcome(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void validateOnly_goodFile_showsWhatWouldRun() throws IOException {
    Path file = Files.writeString(directory.resolve("c.yaml"), OPEN.formatted(9000, "${UP}"));

    Outcome outcome =
        run(Map.of("UP", "http://localhost:8000/mcp"), "-f", file.toString(), "--validate-only");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("9000", "http://localhost:8000/mcp");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void validateOnly_standardInput_isReadToo() {
    InputStream before = System.in;
    String yaml = OPEN.formatted(9000, "http://localhost:8000/mcp");
    System.setIn(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
    try {
      Outcome outcome = run(Map.of(), "-f", "-", "--validate-only");

      assertThat(outcome.exitCode()).isZero();
      assertThat(outcome.out()).contains("9000", "http://localhost:8000/mcp");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void validateOnly_mistakes_areListedWithTheirPlaces() throws IOException {
    Path file =
        Files.writeString(directory.resolve("c.yaml"), "binds:\n- prot: 1\n  listeners: 5\n");

    Outcome outcome = run(Map.of(), "-f", file.toString(), "--validate-only");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains(file + ":2:3: ", "prot", "port", file + ":3:");
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void run_portTaken_isOneClearLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String yaml = OPEN.formatted(taken.getLocalPort(), "http://localhost:8000/mcp");

      Outcome outcome = run(Map.of(), "-c", yaml);

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err().lines()).hasSize(1);
      assertThat(outcome.err()).contains("127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void options_thatContradict_areRefused() {
    assertThat(run(Map.of(), "-f", "a.yaml", "-c", "x").exitCode()).isEqualTo(1);
    assertThat(run(Map.of(), "--demo-auth", "-c", "x").exitCode()).isEqualTo(1);
    assertThat(run(Map.of(), "--validate-only").exitCode()).isEqualTo(1);
    assertThat(run(Map.of(), "--no-such-option").exitCode()).isEqualTo(2);
    assertThat(run(Map.of(), "--validate").exitCode()).isEqualTo(2);
    assertThat(run(Map.of(), "a.yaml").exitCode()).isEqualTo(2);
    assertThat(run(Map.of(), "-f").exitCode()).isEqualTo(2);
    assertThat(run(Map.of(), "-f", "a.yaml", "--file=b.yaml").err())
        .startsWith("--file is given twice");
    assertThat(run(Map.of(), "-f", directory.resolve("none.yaml").toString()).err())
        .contains("none.yaml");
  }

  @Test
  void help_namesTheOptions() {
    assertThat(run(Map.of(), "--help").out()).contains("-f", "--validate-only", "--demo-auth");
    assertThat(run(Map.of(), "--version").out()).startsWith("mcp-gateway");
  }

  @Test
  void sigterm_runningStream_endsAndTheExitCodeIsZero() throws Exception {
    try (RawBackend backend =
        RawBackend.start(
            connection -> {
              connection.readMessage();
              connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              connection.writeChunk("data: 1\n\n");
              connection.readByte();
            })) {
      int port = FreePort.any();
      Process process = launch(OPEN.formatted(port, backend.url()));
      try (RawConnection client = connect(port)) {
        client.write("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n").readHead();
        assertThat(client.readChunk()).isEqualTo("data: 1\n\n");

        process.destroy();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(client.readToEnd()).doesNotContain("0\r\n\r\n");
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void sigterm_runningCall_isAnsweredBeforeTheEnd() throws Exception {
    CountDownLatch terminated = new CountDownLatch(1);
    try (RawBackend backend =
        RawBackend.start(
            connection -> {
              connection.readMessage();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\"");
              passed(terminated);
              connection.write(":true");
              connection.readByte();
            })) {
      int port = FreePort.any();
      Process process = launch(OPEN.formatted(port, backend.url()));
      try (RawConnection client = connect(port)) {
        client.write("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n").readHead();
        assertThat(client.readText(4)).isEqualTo("{\"a\"");

        process.destroy();
        Awaitility.await().until(() -> !accepts(port));
        terminated.countDown();

        assertThat(client.readText(5)).isEqualTo(":true");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  /** Keeps a stream open, and says nothing more. */
  private static RawBackend streaming(String type) {
    return RawBackend.start(
        connection -> {
          connection.readMessage();
          connection.write(Responses.chunked(type));
          connection.writeChunk("data: 1\n\n");
          connection.readByte();
        });
  }

  @Test
  void sigterm_listeningStream_endsCleanlyAndAtOnce() throws Exception {
    try (RawBackend backend = streaming("text/event-stream")) {
      int port = FreePort.any();
      Process process = launch(OPEN.formatted(port, backend.url()));
      try (RawConnection client = connect(port)) {
        client
            .write("GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
            .readHead();
        assertThat(client.readChunk()).isEqualTo("data: 1\n\n");
        long before = System.nanoTime();

        process.destroy();

        assertThat(client.readChunk()).as("the last chunk").isEmpty();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - before))
            .as("less than the time that a call would have")
            .isLessThan(Duration.ofSeconds(8));
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void sigterm_twice_endsAtOnce() throws Exception {
    try (RawBackend backend = streaming("application/octet-stream")) {
      int port = FreePort.any();
      Process process = launch(OPEN.formatted(port, backend.url()));
      try (RawConnection client = connect(port)) {
        client.write("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n").readHead();

        process.destroy();
        Awaitility.await().until(() -> !accepts(port));
        process.destroy();

        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void sighup_changedText_isReadAgain() throws Exception {
    try (RawBackend backend = RawBackend.answering(Responses.ok("{}"))) {
      int port = FreePort.any();
      Path file =
          Files.writeString(directory.resolve("c.yaml"), OPEN.formatted(port, backend.url()));
      Path log = directory.resolve("log");
      ProcessBuilder launcher = process("-f", file.toString()).redirectOutput(log.toFile());
      // Where these tests run under nohup, the launcher would inherit that the signal is ignored.
      launcher.command().addAll(0, List.of("env", "--default-signal=HUP"));
      Process process = launcher.start();
      try {
        Awaitility.await().until(() -> Files.readString(log).contains("bind 127.0.0.1"));

        new ProcessBuilder("kill", "-HUP", "" + process.pid()).start().waitFor();

        Awaitility.await()
            .until(() -> Files.readString(log).contains("the configuration was read again"));
        assertThat(process.isAlive()).isTrue();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static boolean accepts(int port) {
    try (RawConnection connection = RawConnection.to(port)) {
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static Process launch(String yaml) throws IOException {
    return process("-c", yaml).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static ProcessBuilder process(String option, String value) {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            GatewayMain.class.getName(),
            option,
            value)
        .redirectErrorStream(true);
  }

  private static RawConnection connect(int port) {
    return Awaitility.await()
        .ignoreExceptions()
        .until(() -> RawConnection.to(port), connection -> true);
  }
}
