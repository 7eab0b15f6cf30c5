"""Keycloak with the realm `my-realm`."""

import hashlib
import json
import shutil

from driver import certificates, wire
from driver.places import KEYCLOAK, LAB
from driver.processes import Process, wait_until

REALM = "/realms/my-realm"
# Keycloak's issuer follows the URL it is asked at: one realm, one key set, three issuers.
HTTP = "http://localhost:8080"
HTTPS = "https://localhost:8443"
NAMED = "https://server.lab.example.io:8443"

REALM_FILE = LAB / "realm" / "my-realm-realm.json"
IMPORTED = KEYCLOAK / "imported-realm"

REGISTRATION_POLICY = "org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy"

ADMIN = {"username": "admin", "password": "admin"}


class Keycloak:
    def __init__(self):
        self.process: Process | None = None

    def start(self) -> None:
        """Starts it without waiting: the first start takes a minute or two."""
        self._prepare_import()
        self.process = Process("keycloak", [
            KEYCLOAK / "bin" / "kc.sh", "start-dev", "--import-realm", "--cache=local", "--http-host=127.0.0.1",
            "--http-port=8080", "--https-port=8443",
            f"--https-certificate-file={certificates.CERTIFICATE}", f"--https-certificate-key-file={certificates.KEY}",
        ], {
            "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN["username"],
            "KC_BOOTSTRAP_ADMIN_PASSWORD": ADMIN["password"],
            "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m",
        })

    def wait_until_ready(self) -> None:
        wait_until("Keycloak serves the realm", self._serves_the_realm, 300, self.process)
        IMPORTED.write_text(_digest())

    def stop(self) -> None:
        self.process.stop()

    def token(self, client: str = "mcp-client", base: str = HTTP, user: str = "eitan", scope: str = "openid") -> str:
        """A token of a user, got by the password grant."""
        return self._token(base + REALM, _password(client, user, scope))

    def login(self, client: str) -> dict:
        """All that eitan gets at once: access, refresh and ID token."""
        return self._grant(HTTP + REALM, _password(client))

    def end(self, how: str, client: str, token: str) -> None:
        """By "logout", a session, which its refresh token names; by "revoke", an access token."""
        name = "refresh_token" if how == "logout" else "token"
        answer = wire.post_form(f"{HTTP}{REALM}/protocol/openid-connect/{how}", {"client_id": client, name: token})
        if answer.status >= 300:
            raise RuntimeError(f"{how}: {answer.status} {answer.body.decode()}")

    def token_and_refreshed(self) -> tuple[str, str]:
        """A token of eitan, and the one that its refresh token is good for."""
        first = self._grant(HTTP + REALM, _password("mcp-client"))
        second = self._grant(HTTP + REALM, {
            "grant_type": "refresh_token", "client_id": "mcp-client", "refresh_token": first["refresh_token"],
        })
        return first["access_token"], second["access_token"]

    def service_token(self) -> str:
        return self._token(HTTP + REALM, {
            "grant_type": "client_credentials", "client_id": "mcp-service", "client_secret": "mcp-service-secret",
        })

    def admin_token(self) -> str:
        """A token of the realm `master`."""
        return self._token(f"{HTTP}/realms/master", {"grant_type": "password", "client_id": "admin-cli"} | ADMIN)

    def rotate_keys(self) -> None:
        """Replaces the realm's RS256 key; the old one leaves the JWK set."""
        realm_id = self._admin("GET", "").json()["id"]
        providers = self._admin("GET", "/components?type=org.keycloak.keys.KeyProvider").json()
        self._admin("POST", "/components", {
            "name": "rsa-rotated",
            "providerId": "rsa-generated",
            "providerType": "org.keycloak.keys.KeyProvider",
            "parentId": realm_id,
            "config": {"priority": ["200"], "enabled": ["true"], "active": ["true"], "algorithm": ["RS256"]},
        })
        for old in providers:
            if old["providerId"] == "rsa-generated":
                self._admin("DELETE", f"/components/{old['id']}")

    def open_registration(self) -> None:
        """Lets clients of this machine register themselves."""
        policies = self._admin("GET", f"/components?type={REGISTRATION_POLICY}").json()
        trusted = next(p for p in policies if p["providerId"] == "trusted-hosts" and p["subType"] == "anonymous")
        # Inspector 1 names its home page, which is of github.com.
        trusted["config"] |= {"trusted-hosts": ["localhost", "127.0.0.1", "github.com"]}
        self._admin("PUT", f"/components/{trusted['id']}", trusted)

    def offer_scope(self, name: str, user: str = "eitan", client: str = "mcp-client") -> None:
        """An optional scope, with the audience of the lab, of a client and of those that register. Keycloak grants it
        to one user only: the one who has the role for it. The database may have it from an earlier run."""
        if self._scope_id(name):
            return
        self._admin("POST", "/client-scopes", {
            "name": name,
            "protocol": "openid-connect",
            "attributes": {"include.in.token.scope": "true"},
            "protocolMappers": [{
                "name": "echo-mcp-server-audience",
                "protocol": "openid-connect",
                "protocolMapper": "oidc-audience-mapper",
                "config": {"included.custom.audience": "echo-mcp-server", "access.token.claim": "true"},
            }],
        })
        self._admin("POST", "/roles", {"name": name})
        role = next(role for role in self._admin("GET", "/roles").json() if role["name"] == name)
        scope = self._scope_id(name)
        self._admin("POST", f"/client-scopes/{scope}/scope-mappings/realm", [role])
        user_id = self._admin("GET", f"/users?username={user}&exact=true").json()[0]["id"]
        self._admin("POST", f"/users/{user_id}/role-mappings/realm", [role])
        client_id = self._admin("GET", f"/clients?clientId={client}").json()[0]["id"]
        self._admin("PUT", f"/clients/{client_id}/optional-client-scopes/{scope}")
        self._admin("PUT", f"/default-optional-client-scopes/{scope}")

    def _scope_id(self, name: str) -> str | None:
        return next((s["id"] for s in self._admin("GET", "/client-scopes").json() if s["name"] == name), None)

    def _prepare_import(self) -> None:
        # The database outlives the run, which spares the import; a changed realm file needs an empty one.
        if not IMPORTED.exists() or IMPORTED.read_text() != _digest():
            shutil.rmtree(KEYCLOAK / "data", ignore_errors=True)
            (KEYCLOAK / "data" / "import").mkdir(parents=True)
            shutil.copy(REALM_FILE, KEYCLOAK / "data" / "import")

    @staticmethod
    def _serves_the_realm() -> bool:
        try:
            return wire.request("GET", HTTP + REALM).status == 200
        except OSError:
            return False

    def _token(self, realm: str, form: dict[str, str]) -> str:
        return self._grant(realm, form)["access_token"]

    @staticmethod
    def _grant(realm: str, form: dict[str, str]) -> dict:
        answer = wire.post_form(f"{realm}/protocol/openid-connect/token", form)
        if answer.status != 200:
            raise RuntimeError(f"{form['client_id']} gets no token: {answer.status} {answer.body.decode()}")
        return answer.json()

    def _admin(self, method: str, path: str, body: dict | list | None = None) -> wire.Answer:
        headers = {"Authorization": f"Bearer {self.admin_token()}", "Content-Type": "application/json"}
        content = json.dumps(body).encode() if body is not None else None
        answer = wire.request(method, f"{HTTP}/admin{REALM}{path}", headers, content)
        if answer.status >= 300:
            raise RuntimeError(f"admin {method} {path}: {answer.status} {answer.body.decode()}")
        return answer


def _password(client: str, user: str = "eitan", scope: str = "openid") -> dict[str, str]:
    return {"grant_type": "password", "client_id": client, "username": user, "password": "test", "scope": scope}


def _digest() -> str:
    return hashlib.sha256(REALM_FILE.read_bytes()).hexdigest()
