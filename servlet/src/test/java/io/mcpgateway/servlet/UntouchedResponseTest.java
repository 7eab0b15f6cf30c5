package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.testkit.RawConnection;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever an application answers that is no event stream comes as it does without the gateway. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class UntouchedResponseTest {
  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private enum Answer implements Application {
    NOTHING {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response) {}
    },
    STATUS_WITHOUT_BODY {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(204);
        response.addHeader("X-Own", "a");
        response.addHeader("X-Own", "b");
        response.setIntHeader("X-Int", 5);
        response.setDateHeader("X-Date", 784111777000L);
      }
    },
    TEXT {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        PrintWriter writer = response.getWriter();
        writer.print("a");
        writer.println("b");
        writer.println();
        writer.println(5);
        writer.printf(Locale.ROOT, "%.2f%n", 1.5);
        writer.append("c").append('d').append("xey", 1, 2);
        writer.write(new char[] {'f', 'g'});
        writer.write("xhiy", 1, 2);
        writer.write('j');
        assertThat(writer.checkError()).isFalse();
        assertThat(response.isCommitted()).isTrue();
      }
    },
    TEXT_IN_LATIN_1 {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.setContentType("text/plain;charset=ISO-8859-1");
        response.getWriter().print("\u00e4\u20ac");
        assertThat(response.getCharacterEncoding()).isEqualToIgnoringCase("ISO-8859-1");
        response.setCharacterEncoding("UTF-8"); // too late
      }
    },
    TEXT_IN_UTF_8 {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        PrintWriter writer = response.getWriter();
        writer.print("\u00e4\u20ac");
        writer.write('\ud83d');
        writer.write('\ude00');
      }
    },
    BYTES {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.setContentType("application/octet-stream");
        ServletOutputStream output = response.getOutputStream();
        output.write(0);
        output.write(new byte[] {1, 2, 3});
        output.write(new byte[] {4, 5, 6}, 1, 1);
        output.print("a");
        output.println(true);
        output.println("\u00e4");
        output.print(5L);
        output.flush();
        output.println();
      }
    },
    LENGTH {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.setBufferSize(64 * 1024);
        response.setContentLength(3);
        response.getOutputStream().print("abc");
      }
    },
    FLUSHED_BEFORE {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.setContentType("text/plain");
        response.flushBuffer();
        response.setStatus(500);
        response.getOutputStream().print("abc");
      }
    },
    CLOSED {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.getWriter().print("abc");
        response.getWriter().close();
        response.getWriter().print("lost");
      }
    },
    CLOSED_BYTES {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        try (ServletOutputStream output = response.getOutputStream()) {
          output.print("abc");
        }
      }
    },
    RESET {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.setContentType("text/event-stream");
        response.getWriter().print("data: lost");
        response.reset();
        response.setContentType("application/json");
        response.getOutputStream().print("{}");
      }
    },
    BUFFER_RESET {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        PrintWriter writer = response.getWriter();
        writer.print("lost");
        response.resetBuffer();
        writer.print("a");
        response.getWriter().print("b");
      }
    },
    BOTH_WAYS {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.getWriter();
        try {
          response.getOutputStream();
        } catch (IllegalStateException expected) {
          response.getWriter().print("refused");
        }
      }
    },
    ERROR {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.getWriter().print("lost");
        response.sendError(409, "a conflict");
      }
    },
    ERROR_OF_A_STREAM {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.setContentType("text/event-stream");
        response.getWriter().print("lost");
        response.resetBuffer();
        response.setContentType("text/plain");
        response.setHeader("X-Accel-Buffering", null);
        response.sendError(409, "a conflict");
      }
    },
    REDIRECT {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.getOutputStream().print("lost");
        response.sendRedirect("/elsewhere");
      }
    },
    FORWARD {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws ServletException, IOException {
        response.getWriter().print("lost");
        request.getRequestDispatcher("/inner").forward(request, response);
        assertThat(request.getAttribute("inner")).isEqualTo(true);
      }
    },
    INCLUDE {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws ServletException, IOException {
        response.getWriter().print("before ");
        request.getRequestDispatcher("/inner").include(request, response);
        response.getWriter().print(" after");
      }
    },
    LATER {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response) {
        AsyncContext async = request.startAsync();
        async.start(
            () -> {
              try {
                async.getResponse().getWriter().print("later");
              } catch (IOException broken) {
                response.setStatus(500);
              }
              async.complete();
            });
      }
    },
    DISPATCHED {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.getWriter().print(request.getDispatcherType());
        if (request.getDispatcherType() == DispatcherType.REQUEST) {
          request.startAsync(request, response).dispatch("/mcp");
        }
      }
    },
    NON_BLOCKING {
      @Override
      public void answer(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        AsyncContext async = request.startAsync();
        ServletOutputStream output = response.getOutputStream();
        response.setContentType("text/plain");
        output.setWriteListener(
            new WriteListener() {
              private int written;

              @Override
              public void onWritePossible() throws IOException {
                while (output.isReady()) {
                  if (written == 300) {
                    async.complete();
                    return;
                  }
                  written++;
                  output.write("x".repeat(5000).getBytes(StandardCharsets.UTF_8));
                }
              }

              @Override
              public void onError(Throwable broken) {
                async.complete();
              }
            });
      }
    };
  }

  private static void inner(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    request.setAttribute("inner", true);
    response.setHeader("X-Inner", "a");
    response.getWriter().print("inner");
  }

  private String ask(String method, Application application, boolean guarded) throws Exception {
    Application inner = UntouchedResponseTest::inner;
    try (McpGateway gateway =
            McpGateway.builder().route(Route.builder().build()).observers().build();
        Container container =
            kind.start(
                "",
                context -> {
                  application.serve(context, "/mcp");
                  inner.serve(context, "/inner");
                  if (guarded) {
                    McpGatewayFilter.register(context, gateway);
                  }
                });
        RawConnection client = RawConnection.to(container.port())) {
      client.write(request(method, "/mcp", "Connection: close"));
      return client
          .readToEnd()
          .lines()
          .filter(line -> !line.startsWith("Date: "))
          .collect(Collectors.joining("\n"))
          .replace(String.valueOf(container.port()), "PORT");
    }
  }

  @ParameterizedTest
  @EnumSource
  void answer_isTheSameWithTheGateway(Answer answer) throws Exception {
    for (String method : new String[] {"GET", "HEAD"}) {
      String alone = ask(method, answer, false);
      assertThat(ask(method, answer, true))
          .as(method)
          .startsWith("HTTP/1.1 ")
          .isEqualTo(
              kind == Container.Kind.UNDERTOW && answer == Answer.FORWARD
                  // Undertow flushes a wrapped response behind a forward, whoever wraps it.
                  ? alone.replaceFirst("Content-Length: 5\n", "")
                  : alone);
    }
  }
}
