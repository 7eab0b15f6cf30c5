/** The gateway as a Jakarta Servlet filter or servlet. */
module io.mcpgateway.servlet {
  requires transitive io.mcpgateway.core;
  requires transitive jakarta.servlet;
  requires transitive org.jspecify;
  requires org.slf4j;

  exports io.mcpgateway.servlet;
}
