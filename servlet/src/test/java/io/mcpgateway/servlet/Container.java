package io.mcpgateway.servlet;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceHandle;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A running servlet container with one context, on a free loopback port. */
interface Container extends AutoCloseable {
  /** Registers what the context holds. */
  interface Setup {
    void configure(ServletContext context) throws ServletException;
  }

  /** The containers that the same tests run on. */
  enum Kind {
    JETTY {
      @Override
      Container start(String contextPath, Optional<Duration> patience, Setup setup)
          throws Exception {
        return startJetty(contextPath, patience, setup);
      }
    },
    TOMCAT {
      @Override
      Container start(String contextPath, Optional<Duration> patience, Setup setup)
          throws Exception {
        return startTomcat(contextPath, patience, setup);
      }
    },
    UNDERTOW {
      @Override
      Container start(String contextPath, Optional<Duration> patience, Setup setup)
          throws Exception {
        return startUndertow(contextPath, patience, setup);
      }
    };

    Container start(String contextPath, Setup setup) throws Exception {
      return start(contextPath, Optional.empty(), setup);
    }

    /**
     * Starts a container.
     *
     * @param contextPath of its one context
     * @param patience how long it bears silence, as far as that can be set; empty for its default
     * @param setup what the context holds
     */
    abstract Container start(String contextPath, Optional<Duration> patience, Setup setup)
        throws Exception;
  }

  int port();

  @Override
  void close();

  private static Container startJetty(String contextPath, Optional<Duration> patience, Setup setup)
      throws Exception {
    Server server = new Server();
    HttpConfiguration http = new HttpConfiguration();
    ServerConnector connector =
        new ServerConnector(
            server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
    connector.setHost("127.0.0.1");
    patience.ifPresent(time -> connector.setIdleTimeout(time.toMillis()));
    server.addConnector(connector);
    ServletContextHandler context =
        new ServletContextHandler(contextPath.isEmpty() ? "/" : contextPath);
    context.addServletContainerInitializer(
        (classes, servletContext) -> setup.configure(servletContext));
    server.setHandler(context);
    try {
      server.start();
    } catch (Exception failure) {
      stop(server::stop);
      throw failure;
    }
    return new Container() {
      @Override
      public int port() {
        return connector.getLocalPort();
      }

      @Override
      public void close() {
        stop(server::stop);
      }
    };
  }

  private static Container startTomcat(String contextPath, Optional<Duration> patience, Setup setup)
      throws Exception {
    Path base = Files.createTempDirectory("tomcat");
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(base.toString());
    Connector connector = new Connector();
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.addUpgradeProtocol(new Http2Protocol());
    patience.ifPresent(time -> limit(connector, time));
    tomcat.setConnector(connector);
    Context context = tomcat.addContext(contextPath, base.toString());
    context.addServletContainerInitializer(
        (classes, servletContext) -> setup.configure(servletContext), Set.of());
    // As in Tomcat's own web.xml: where no servlet is mapped, no filter is run either.
    Tomcat.addServlet(context, "default", new DefaultServlet());
    context.addServletMapping("/", "default");
    tomcat.start();
    if (!context.getState().isAvailable()) {
      stop(tomcat::stop);
      stop(tomcat::destroy);
      throw new IllegalStateException("the context did not start");
    }
    return new Container() {
      @Override
      public int port() {
        return connector.getLocalPort();
      }

      @Override
      public void close() {
        stop(tomcat::stop);
        stop(tomcat::destroy);
      }
    };
  }

  private static Container startUndertow(
      String contextPath, Optional<Duration> patience, Setup setup) throws Exception {
    DeploymentInfo application = undertowApplication(contextPath, setup).setEagerFilterInit(true);
    DeploymentManager deployment = Servlets.newContainer().addDeployment(application);
    Undertow.Builder server =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
            // The bounds of the others: none for bodies; Undertow's own is 2 MiB.
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L);
    patience.ifPresent(time -> limit(server, time));
    deployment.deploy();
    server.setHandler(
        Handlers.path().addPrefixPath(application.getContextPath(), deployment.start()));
    Undertow running = server.build();
    running.start();
    return new Container() {
      @Override
      public int port() {
        return ((InetSocketAddress) running.getListenerInfo().get(0).getAddress()).getPort();
      }

      @Override
      public void close() {
        stop(deployment::stop);
        deployment.undeploy();
        running.stop();
      }
    };
  }

  /** An application as Undertow sets it up by default. */
  static DeploymentInfo undertowApplication(String contextPath, Setup setup) {
    return Servlets.deployment()
        .setClassLoader(Container.class.getClassLoader())
        .setContextPath(contextPath.isEmpty() ? "/" : contextPath)
        .setDeploymentName("application")
        .addServletContainerInitializer(
            new ServletContainerInitializerInfo(
                ServletContainerInitializer.class,
                () ->
                    new ImmediateInstanceHandle<>(
                        (classes, servletContext) -> setup.configure(servletContext)),
                Set.of()));
  }

  /** Undertow has no time limit for asynchronous requests but the application's. */
  private static void limit(Undertow.Builder server, Duration patience) {
    int millis = (int) patience.toMillis();
    server.setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, millis);
    server.setServerOption(UndertowOptions.IDLE_TIMEOUT, millis);
  }

  /** A connection is given up after an asynchronous request would have been, at the earliest. */
  private static void limit(Connector connector, Duration patience) {
    connector.setAsyncTimeout(patience.toMillis());
    long lookingForAsync = 1_000;
    connector.setProperty("connectionTimeout", "" + (patience.toMillis() + lookingForAsync));
  }

  /** Stops a part of a container. */
  interface Stop {
    void run() throws Exception;
  }

  private static void stop(Stop stop) {
    try {
      stop.run();
    } catch (Exception failure) {
      throw new IllegalStateException("the container does not stop", failure);
    }
  }
}
