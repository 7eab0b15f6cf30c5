"""The gateways: what each is, its configuration, and how it is started."""

import time
from pathlib import Path

from . import setup
from .load import Target
from .processes import Failure, Process, free_port

JAVA = ["-XX:+UseParallelGC"]
HEAP = "-Xmx512m"
# 5,000 streams take more of Tomcat: some 100 KB each.
TOMCAT_HEAP = "-Xmx1g"
START = 60
BIG = 2 << 30


class Gateway:
    """One row of the table. Subclasses say what is started."""

    name = ""
    title = ""
    jwt = False
    jvm = False
    handshake = False
    http2 = False
    # What is missing for it, if it is, in the kit.
    needs = ()

    def __init__(self, kit, backend):
        self.kit = kit
        self.backend = backend
        self.process = None
        self.target = None
        self.failure = None
        self.dir = kit.work / self.name
        self.dir.mkdir(exist_ok=True)

    def command(self, port):
        raise NotImplementedError

    def start(self):
        """Milliseconds from the start of the process to the first answer to a call."""
        for need in self.needs:
            if need in self.kit.missing:
                raise Failure(self.kit.missing[need])
        port = free_port()
        self.target = Target(f"http://127.0.0.1:{port}/mcp", self.kit.token)
        command = self.command(port)
        began = time.monotonic()
        try:
            self.process = Process(command, self.dir / "log", cwd=self.dir)
        except FileNotFoundError:
            raise Failure(f"{Path(str(command[0])).name} is missing") from None
        try:
            while not self._ready():
                if not self.process.alive():
                    raise Failure(self.process.complaint())
                if time.monotonic() - began > START:
                    raise Failure(f"no answer for {START} s")
                time.sleep(0.004)
        except Failure:
            self.stop()
            raise
        took = (time.monotonic() - began) * 1000
        if self.jwt and not self.target.refuses_strangers():
            self.stop()
            raise Failure("takes calls without a good token")
        return took

    def _ready(self):
        if self.handshake and not self.target.session:
            try:
                self.target.hello()
            except OSError:
                return False
        return self.target.answers()

    def stop(self):
        if self.process:
            self.process.stop()
            self.process = None

    def write(self, name, content):
        file = self.dir / name
        file.write_text(content)
        return file


class Direct(Gateway):
    name = "direct"
    title = "direct, no gateway"

    def start(self):
        self.target = Target(f"http://{self.backend.address}/mcp", self.kit.token)
        if not self.target.answers():
            raise Failure("no answer")
        return None

    def stop(self):
        pass


class Ours(Gateway):
    name = "ours"
    title = "this gateway, launcher"
    jvm = True
    http2 = True
    needs = ("launcher",)

    def command(self, port):
        start = self.kit.launcher.parent.parent / "mcp-gateway"
        return [start, "-f", self.write("config.yaml", self.config(port))]

    def config(self, port):
        authentication = (
            f"""
      policies:
        mcpAuthentication:
          issuer: {self.kit.issuer}
          audiences: ["{self.kit.audience}"]
          jwks:
            file: {self.kit.jwks}
          resourceMetadata:
            resource: {self.kit.audience}"""
            if self.jwt
            else ""
        )
        return f"""config:
  readinessAddr: 127.0.0.1:{free_port()}
  limits:
    requestBody: {BIG}
    streamsPerCaller: 10000
binds:
- port: {port}
  address: 127.0.0.1
  listeners:
  - routes:
    - matches:
      - path: {{pathPrefix: /mcp}}{authentication}
      backends:
      - mcp:
          targets:
          - name: peer
            mcp:
              host: http://{self.backend.address}/mcp
"""


class OursJwt(Ours):
    name = "ours-jwt"
    title = "this gateway, launcher, JWT"
    jwt = True


class OursTomcatJwt(Ours):
    name = "ours-tomcat-jwt"
    title = "this gateway, filter on Tomcat, JWT"
    jwt = True
    http2 = False
    needs = ("java", "tomcat")

    def command(self, port):
        return java(self.kit, "TomcatFilter", port, self.write("config.yaml", self.config(port)))


class Jetty(Gateway):
    name = "jetty"
    title = "Jetty `ProxyHandler`, no policy"
    jvm = True
    needs = ("java",)

    def command(self, port):
        return java(self.kit, "JettyProxy", port, f"http://{self.backend.address}")


def java(kit, program, *arguments):
    filtered = program == "TomcatFilter"
    libraries = [kit.work / "lib", kit.work / "gateway-lib"] if filtered else [kit.work / "lib"]
    heap = TOMCAT_HEAP if filtered else HEAP
    path = f"{kit.work / 'classes'}:{setup.class_path(libraries)}"
    return ["java", *JAVA, heap, f"-Djava.io.tmpdir={kit.work / 'tmp'}", "-cp", path, program, *arguments]


class SpringJwt(Gateway):
    name = "scg-jwt"
    title = "Spring Cloud Gateway WebFlux, resource server"
    jwt = True
    jvm = True
    needs = ("spring",)

    def command(self, port):
        route = "spring.cloud.gateway.server.webflux.routes[0]"
        resource = "spring.security.oauth2.resourceserver.jwt"
        return [
            "java",
            *JAVA,
            HEAP,
            "-jar",
            setup.HERE / "spring" / "target" / "spring.jar",
            f"--server.port={port}",
            "--server.address=127.0.0.1",
            f"--{route}.id=mcp",
            f"--{route}.uri=http://{self.backend.address}",
            f"--{route}.predicates[0]=Path=/mcp",
            f"--{resource}.jwk-set-uri=http://{self.backend.control}/jwks.json",
            f"--{resource}.issuer-uri={self.kit.issuer}",
            f"--{resource}.audiences={self.kit.audience}",
        ]


class Nginx(Gateway):
    name = "nginx"
    title = "nginx, no policy"

    def command(self, port):
        places = "".join(
            f"  {kind}_temp_path {self.dir}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        file = self.write(
            "nginx.conf",
            f"""daemon off;
pid {self.dir}/pid;
error_log stderr warn;
worker_processes 2;
worker_rlimit_nofile 20000;
events {{ worker_connections 16000; }}
http {{
{places}  access_log off;
  keepalive_requests 100000000;
  keepalive_timeout 600s;
  client_max_body_size 0;
  upstream backend {{
    server {self.backend.address};
    keepalive 128;
    keepalive_requests 100000000;
  }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 600s;
      proxy_send_timeout 600s;
    }}
  }}
}}
""",
        )
        return ["nginx", "-e", "stderr", "-p", self.dir, "-c", file]


class Haproxy(Gateway):
    name = "haproxy"
    title = "HAProxy, no policy"

    def command(self, port):
        file = self.write(
            "haproxy.cfg",
            f"""global
  maxconn 9000
  nbthread 2
defaults
  mode http
  option http-no-delay
  timeout connect 5s
  timeout client 600s
  timeout server 600s
  timeout http-keep-alive 600s
frontend mcp
  bind 127.0.0.1:{port} backlog 4096
{self.rules()}  default_backend peer
backend peer
  http-reuse always
  server peer {self.backend.address} maxconn 9000
""",
        )
        return ["haproxy", "-db", "-f", file]

    def rules(self):
        return ""


class HaproxyJwt(Haproxy):
    name = "haproxy-jwt"
    title = "HAProxy, `jwt_verify`, iss, aud, exp"
    jwt = True

    def rules(self):
        return f"""  http-request deny deny_status 401 unless {{ req.hdr(authorization) -m found }}
  http-request set-var(txn.alg) http_auth_bearer,jwt_header_query('$.alg')
  http-request set-var(txn.iss) http_auth_bearer,jwt_payload_query('$.iss')
  http-request set-var(txn.aud) http_auth_bearer,jwt_payload_query('$.aud')
  http-request set-var(txn.exp) http_auth_bearer,jwt_payload_query('$.exp','int')
  http-request set-var(txn.now) date()
  http-request deny deny_status 401 unless {{ var(txn.alg) -m str RS256 }}
  http-request deny deny_status 401 unless {{ var(txn.iss) -m str {self.kit.issuer} }}
  http-request deny deny_status 401 unless {{ var(txn.aud) -m str {self.kit.audience} }}
  http-request deny deny_status 401 if {{ var(txn.exp),sub(txn.now) -m int lt 0 }}
  http-request deny deny_status 401 unless {{ http_auth_bearer,jwt_verify(txn.alg,"{self.kit.key}") -m int 1 }}
"""


class AgentgatewayJwt(Gateway):
    name = "agentgateway-jwt"
    title = "agentgateway, HTTP backend, JWT"
    jwt = True

    def command(self, port):
        if not self.kit.agentgateway:
            raise Failure("left out: no binary given (`--agentgateway`)")
        return [self.kit.agentgateway, "-f", self.write("config.yaml", self.config(port))]

    def config(self, port):
        return f"""config:
  adminAddr: 127.0.0.1:{free_port()}
  statsAddr: 127.0.0.1:{free_port()}
  readinessAddr: 127.0.0.1:{free_port()}
  enableIpv6: false
  logging:
    level: warn
binds:
- port: {port}
  listeners:
  - routes:
    - policies:
{self.policy()}
      backends:
{self.to()}
"""

    def policy(self):
        return f"""        jwtAuth:
          mode: strict
{self.issuer()}"""

    def issuer(self):
        return f"""          issuer: {self.kit.issuer}
          audiences: ["{self.kit.audience}"]
          jwks:
            file: {self.kit.jwks}"""

    def to(self):
        return f"      - host: {self.backend.address}"


class AgentgatewayMcpJwt(AgentgatewayJwt):
    name = "agentgateway-mcp-jwt"
    title = "agentgateway, MCP backend, `mcpAuthentication`"
    handshake = True

    def policy(self):
        return f"""        mcpAuthentication:
          mode: strict
{self.issuer()}
          resourceMetadata:
            resource: {self.kit.audience}"""

    def to(self):
        return f"""      - mcp:
          targets:
          - name: peer
            mcp:
              host: http://{self.backend.address}/mcp"""


ALL = [
    Direct,
    OursJwt,
    Ours,
    OursTomcatJwt,
    Jetty,
    SpringJwt,
    Nginx,
    Haproxy,
    HaproxyJwt,
    AgentgatewayJwt,
    AgentgatewayMcpJwt,
]
SHORT = ["direct", "ours-jwt", "ours", "jetty", "nginx"]
# Whose absence is an error of the run.
ESSENTIAL = {"direct", "ours-jwt", "ours", "ours-tomcat-jwt", "jetty", "nginx"}
