/**
 * The gateway's YAML: read, checked against one grammar, and turned into the builders' model. Every
 * mistake is told with its place. The only package that knows YAML.
 */
@NullMarked
package io.mcpgateway.config;

import org.jspecify.annotations.NullMarked;
